import { setTimeout as delay } from 'node:timers/promises';
import type { Invocation } from '@notify/dynamodb';
import type { RowChange, RowShape, RowWriter, WriteOutcome, WriteReport } from '@notify/stream-projection';
import { type Placement, tablesAt } from './placement.ts';
import type { PlacementSource } from './placement-reader.ts';
import { SWITCH_TIMING, type SwitchTiming } from './switch-timing.ts';

export interface ReadModelWriterOptions {
  readonly timing?: Pick<SwitchTiming, 'holdBeforeMs' | 'holdAfterMs'>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * Writes rows wherever the read model lives: into the active table, and into the standby one when there is one. Around a switch it
 * writes nothing, so that both tables hold the same while instances may differ about which one is active.
 */
export class ReadModelWriter implements RowWriter {
  readonly #source: PlacementSource;
  readonly #writerOf: (table: string) => RowWriter;
  readonly #writers = new Map<string, RowWriter>();
  readonly #timing: Pick<SwitchTiming, 'holdBeforeMs' | 'holdAfterMs'>;
  readonly #clock: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;

  constructor(
    source: PlacementSource,
    writerOf: (table: string) => RowWriter,
    options: ReadModelWriterOptions = {},
  ) {
    this.#source = source;
    this.#writerOf = writerOf;
    this.#timing = options.timing ?? SWITCH_TIMING;
    this.#clock = options.clock ?? Date.now;
    this.#sleep = options.sleep ?? delay;
  }

  async write(shape: RowShape, changes: readonly RowChange[], invocation: Invocation): Promise<WriteReport> {
    let placement: Placement;
    try {
      placement = await this.#source.placement();
    } catch (error) {
      return allFailed(changes, error instanceof Error ? error.name : 'UNKNOWN_PLACEMENT');
    }
    const { switchAt } = placement;
    if (switchAt !== undefined && !(await this.#waitOut(switchAt, invocation))) {
      return allFailed(changes, 'SWITCHING_TABLES');
    }
    const { active, standby } = tablesAt(placement, this.#clock());
    if (standby === undefined) return this.#writer(active).write(shape, changes, invocation);
    return switchAt !== undefined && this.#clock() < switchAt
      ? this.#writeInTurn(standby, active, shape, changes, this.#until(switchAt, invocation))
      : this.#writeBoth(standby, active, shape, changes, invocation);
  }

  /** Waits for the end of the hold when it is on; false when the invocation would end before. */
  async #waitOut(switchAt: number, invocation: Invocation): Promise<boolean> {
    const { holdBeforeMs, holdAfterMs } = this.#timing;
    const now = this.#clock();
    const waitMs = switchAt + holdAfterMs - now;
    if (now < switchAt - holdBeforeMs || waitMs <= 0) return true;
    if (waitMs >= invocation.remainingTimeMs() / 2) return false;
    await this.#sleep(waitMs);
    return true;
  }

  /** Ends what has begun before the hold in time for the switch. */
  #until(switchAt: number, invocation: Invocation): Invocation {
    return { remainingTimeMs: () => Math.min(invocation.remainingTimeMs(), switchAt - this.#clock()) };
  }

  /** A table in trouble keeps the other one from nothing; what failed in one of them comes again. */
  async #writeBoth(
    standby: string,
    active: string,
    shape: RowShape,
    changes: readonly RowChange[],
    invocation: Invocation,
  ): Promise<WriteReport> {
    const [next, current] = await Promise.all([
      this.#writer(standby).write(shape, changes, invocation),
      this.#writer(active).write(shape, changes, invocation),
    ]);
    return {
      outcomes: current.outcomes.map((outcome, i) => worseOutcome(next.outcomes[i] ?? outcome, outcome)),
      retried: next.retried + current.retried,
    };
  }

  /** With a switch ahead, clients see only what the next table has already: going over to it is never going back. */
  async #writeInTurn(
    standby: string,
    active: string,
    shape: RowShape,
    changes: readonly RowChange[],
    invocation: Invocation,
  ): Promise<WriteReport> {
    const next = await this.#writer(standby).write(shape, changes, invocation);
    const arrived = changes.filter((_, i) => next.outcomes[i]?.status !== 'failed');
    const current = await this.#writer(active).write(shape, arrived, invocation);
    let place = 0;
    const outcomes = next.outcomes.map((outcome) =>
      outcome.status === 'failed' ? outcome : worseOutcome(outcome, current.outcomes[place++] ?? outcome),
    );
    return { outcomes, retried: next.retried + current.retried };
  }

  #writer(table: string): RowWriter {
    let writer = this.#writers.get(table);
    if (!writer) {
      writer = this.#writerOf(table);
      this.#writers.set(table, writer);
    }
    return writer;
  }
}

const allFailed = (changes: readonly RowChange[], cause: string): WriteReport => ({
  outcomes: changes.map(() => ({ status: 'failed', cause })),
  retried: 0,
});

/** What has to come again comes again; what one table can never hold goes to quarantine; what changed one of them is written. */
const SEVERITY: readonly WriteOutcome['status'][] = ['failed', 'refused', 'written', 'stale'];

const worseOutcome = (a: WriteOutcome, b: WriteOutcome): WriteOutcome =>
  SEVERITY.indexOf(a.status) <= SEVERITY.indexOf(b.status) ? a : b;
