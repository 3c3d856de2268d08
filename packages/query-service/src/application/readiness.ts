import { AppError } from '@notify/shared-domain';

/** Something the service cannot answer without. */
export interface Upstream {
  /** As it is called in public; never an address. */
  readonly name: string;
  /** Rejects when it cannot be asked now, within this many milliseconds. Must cost next to nothing. */
  probe(timeoutMs: number, requestId?: string): Promise<void>;
}

const FRESH_MS = 1000;
const PROBE_MS = 2000;

/** Whether all upstreams can be asked. An answer holds for a second, so that asking often probes no more often. */
export class Readiness {
  readonly #upstreams: readonly Upstream[];
  readonly #now: () => number;
  #probes: Promise<readonly PromiseSettledResult<void>[]> | undefined;
  #freshUntil = 0;

  /** @param now milliseconds that never go back */
  constructor(upstreams: readonly Upstream[], now: () => number = () => performance.now()) {
    this.#upstreams = upstreams;
    this.#now = now;
  }

  /**
   * The names of the upstreams, all of which can be asked.
   *
   * @param requestId in whose name they are asked
   * @throws AppError `UPSTREAM.UNAVAILABLE`, naming those that cannot
   */
  async check(requestId?: string): Promise<readonly string[]> {
    const probes = await this.#freshProbes(requestId);
    const failed = probes.flatMap((probe, i) =>
      probe.status === 'rejected' ? [{ name: this.#upstreams[i]?.name, reason: probe.reason }] : [],
    );
    if (failed.length === 0) return this.#upstreams.map(({ name }) => name);
    throw new AppError('UPSTREAM.UNAVAILABLE', {
      detail: `Not reachable: ${failed.map(({ name }) => name).join(', ')}.`,
      cause: new AggregateError(failed.map(({ reason }) => reason)),
    });
  }

  #freshProbes(requestId: string | undefined): Promise<readonly PromiseSettledResult<void>[]> {
    if (this.#probes === undefined || this.#now() >= this.#freshUntil) {
      // Probes under way are fresh, however long they take: later callers wait for them and start none of their own.
      this.#freshUntil = Number.POSITIVE_INFINITY;
      this.#probes = Promise.allSettled(
        this.#upstreams.map((upstream) => upstream.probe(PROBE_MS, requestId)),
      ).finally(() => {
        this.#freshUntil = this.#now() + FRESH_MS;
      });
    }
    return this.#probes;
  }
}
