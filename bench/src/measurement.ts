export interface Measurement {
  /** CPU time of this process, garbage collection included, per unit of work. */
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
  /** Highest resident memory seen on the way. */
  readonly peakMegabytes: number;
}

/** Seldom: each look costs CPU too, and more of it the longer the work waits for others. */
const SAMPLE_MS = 200;

/**
 * Does the work once, and collects no garbage before: V8's helper threads would still be sweeping while it runs, and its young generation
 * be small again, which costs as much as a third of the work and is nothing that happens in production.
 */
export const measure = async (units: number, work: () => Promise<void>): Promise<Measurement> => {
  let peak = process.memoryUsage.rss();
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(sampler);
  return {
    cpuMicroseconds: (user + system) / units,
    perSecond: units / seconds,
    peakMegabytes: Math.max(peak, process.memoryUsage.rss()) / 1_048_576,
  };
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
};

/** Calls `work` for each value, so many at a time. */
export const eachOf = async <Value>(
  values: readonly Value[],
  atATime: number,
  work: (value: Value) => Promise<unknown>,
): Promise<void> => {
  const iterator = values.values();
  const worker = async () => {
    for (const value of iterator) await work(value);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, values.length) }, worker));
};

export const chunksOf = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
