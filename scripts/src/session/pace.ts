import { setTimeout as delay } from 'node:timers/promises';

/** Lets things happen at most so often: each call waits until there is room for `count` more. */
export type Pace = (count: number) => Promise<void>;

/**
 * @param perSecond undefined for as fast as it goes
 * @param backlogMs how much of what was missed is made up for
 */
export const createPace = (perSecond: number | undefined, signal?: AbortSignal, backlogMs = 1_000): Pace => {
  let freeAt = performance.now();
  return async (count) => {
    signal?.throwIfAborted();
    if (perSecond === undefined) return;
    const startAt = Math.max(freeAt, performance.now() - backlogMs);
    freeAt = startAt + (count / perSecond) * 1_000;
    const waitMs = startAt - performance.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal });
  };
};
