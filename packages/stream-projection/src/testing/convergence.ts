import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import type { BatchReport } from '../batch-report.ts';
import type { RowWriter } from '../row-writer.ts';
import { AccountStage, NOW } from './account-stage.ts';
import { createAccountTables } from './accounts.ts';
import { type DeliveryPlan, deliver, deliveryPlans } from './delivery.ts';
import { abridged, describe, type History, histories, MAX_STEPS, type ToldHistory, tell } from './history.ts';

export interface ConvergenceOptions {
  /** A new client, with one attempt per request: faults are the proof's to make. */
  readonly createClient: () => DynamoDBClient;
  readonly runs: number;
  /** The same seed and runs give the same histories. */
  readonly seed: number;
  /** No history is begun later than so many milliseconds from now. */
  readonly timeLimitMs?: number;
  /** Called after each history. */
  readonly onRun?: () => void;
  /** Puts another row writer in the place of the engine's, to see whether the proof notices. */
  readonly toRows?: (real: RowWriter) => RowWriter;
}

/** The smallest counterexample that was found to the engine's promise. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
  /** Together they lead to it again: {@link replayDivergence}. */
  readonly seed: number;
  readonly path: string;

  constructor(seed: number, path: string, message: string) {
    super(message);
    this.seed = seed;
    this.path = path;
  }
}

/** Histories that share a pair of tables and a seed. Few enough for the tables to stay small. */
const CHUNK = 100;
/** Chunks at a time. */
const LANES = 4;
/** Far apart, so that near seeds give other histories: 2^32 by the golden ratio. */
const SEED_STEP = 0x9e3779b1;

/**
 * The engine's promise, tried on random histories in random deliveries against a real DynamoDB; each history has a partition of
 * its own.
 * @throws Divergence
 */
export const proveConvergence = async (options: ConvergenceOptions): Promise<void> => {
  const { runs, seed, timeLimitMs = Number.POSITIVE_INFINITY } = options;
  const deadline = performance.now() + timeLimitMs;
  const chunks = Array.from({ length: Math.ceil(runs / CHUNK) }, (_, chunk) => chunk).values();
  const search = new Search();
  const lane = async () => {
    for (const chunk of chunks) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return;
      await check(options, search, {
        seed: (seed + chunk * SEED_STEP) | 0,
        numRuns: Math.min(CHUNK, runs - chunk * CHUNK),
        ...(timeLimitMs !== Number.POSITIVE_INFINITY && { interruptAfterTimeLimit: leftMs }),
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

/**
 * Tries the one case that a {@link Divergence} is about.
 * @throws Divergence
 */
export const replayDivergence = (
  options: Pick<ConvergenceOptions, 'createClient' | 'toRows'>,
  { seed, path }: Pick<Divergence, 'seed' | 'path'>,
): Promise<void> => check(options, new Search(), { seed, path, numRuns: 1, endOnFailure: true });

/** Lets the first chunk in which a history diverges go on alone, to the smallest one. */
class Search {
  #first: symbol | undefined;

  mayGoOn(chunk: symbol): boolean {
    return this.#first === undefined || this.#first === chunk;
  }

  diverges(chunk: symbol): void {
    this.#first ??= chunk;
  }
}

interface Case {
  readonly history: History;
  readonly plan: DeliveryPlan;
}

/** Plan and history are apart from each other, so that each of them shrinks by itself. */
const cases = (): fc.Arbitrary<Case> => fc.record({ history: histories(), plan: deliveryPlans(MAX_STEPS) });

const check = async (
  { createClient, toRows, onRun }: Pick<ConvergenceOptions, 'createClient' | 'toRows' | 'onRun'>,
  search: Search,
  parameters: fc.Parameters<[Case]>,
): Promise<void> => {
  const id = randomUUID();
  const chunk = Symbol(id);
  const dynamodb = createClient();
  const tables = await createAccountTables(dynamodb, id);
  const stage = new AccountStage(createClient(), tables, toRows);
  let plays = 0;
  const converges = fc.asyncProperty(cases(), async ({ history, plan }) => {
    fc.pre(search.mayGoOn(chunk));
    try {
      await play(stage, `${id}-${plays++} "ü🦆"`, history, plan);
    } catch (error) {
      search.diverges(chunk);
      throw error;
    }
    onRun?.();
  });
  const { failed, seed, counterexample, counterexamplePath, errorInstance, numShrinks } = await fc.check(
    converges,
    parameters,
  );
  for (const TableName of Object.values(tables)) await dynamodb.send(new DeleteTableCommand({ TableName }));
  if (!failed || !counterexample || counterexamplePath === null) return;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Divergence(seed, counterexamplePath, `${toText(counterexample[0], numShrinks)}\n${reason}`);
};

const toText = ({ history, plan: { order, invocations } }: Case, shrinks: number): string =>
  [
    `A history that does not converge, shrunk ${shrinks} times:`,
    ...history.map((step, place) => `  ${place}. ${describe(step)}`),
    `delivered in ${order ? `the order ${order.filter((place) => place < history.length).join(' ')}` : 'its own order'}, the first batches as`,
    ...invocations.map((invocation) => `  ${JSON.stringify(invocation)}`),
    '  (no more faults)',
  ].join('\n');

const play = async (
  stage: AccountStage,
  account: string,
  history: History,
  plan: DeliveryPlan,
): Promise<void> => {
  const told = tell(history, account, NOW);
  stage.reports.length = 0;
  stage.triedToQuarantine.clear();
  await deliver(told.records, plan, stage.project, stage.faults);
  const [rows, quarantined] = await Promise.all([
    stage.rows(account),
    stage.areQuarantined([...told.quarantined]),
  ]);
  checkRows(rows, told);
  checkQuarantine(quarantined, stage.triedToQuarantine, told);
  for (const report of stage.reports) checkCounts(report);
};

const checkRows = (rows: readonly Record<string, unknown>[], { rows: expected }: ToldHistory): void => {
  const found = asEntries(rows);
  const wanted = asEntries([...expected.values()]);
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  const list = (entries: readonly (readonly unknown[])[]) =>
    entries.map((entry) => `\n  ${abridged(entry)}`).join('') || '\n  none';
  throw new Error(`The rows are${list(found)}\nand should be${list(wanted)}`);
};

/** Rows by number, each as entries by name. */
const asEntries = (rows: readonly Record<string, unknown>[]): (readonly unknown[])[] =>
  rows
    .toSorted((a, b) => Number(a.number) - Number(b.number))
    .map((row) =>
      Object.entries(row)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );

const checkQuarantine = (
  stored: ReadonlySet<string>,
  tried: ReadonlySet<string>,
  { quarantined, maybeQuarantined }: ToldHistory,
): void => {
  const missing = [...quarantined].filter((id) => !stored.has(id));
  const surplus = [...tried].filter((id) => !quarantined.has(id) && !maybeQuarantined.has(id));
  if (missing.length + surplus.length > 0) {
    const list = (ids: readonly string[]) => ids.join(', ') || 'none';
    throw new Error(`Not in quarantine: ${list(missing)}; wrongly there: ${list(surplus)}.`);
  }
};

/** Every record is counted once, whatever became of it. */
const checkCounts = (report: BatchReport): void => {
  const { records, projected, superseded, stale, quarantined, requarantined, failed } = report;
  if (records !== projected + superseded + stale + quarantined + requarantined + failed) {
    throw new Error(`Not each record is counted once: ${JSON.stringify(report)}`);
  }
};
