import { setTimeout as delay } from 'node:timers/promises';

/** Lets things happen at most so often: each call waits until there is room for `count` more. */
export type Pace = (count: number) => Promise<void>;

/** What was missed is made up for, but not more than this. */
const MAX_BACKLOG_MS = 1_000;

/** @param perSecond undefined for as fast as it goes */
export const createPace = (perSecond: number | undefined, signal?: AbortSignal): Pace => {
  let freeAt = performance.now();
  return async (count) => {
    signal?.throwIfAborted();
    if (perSecond === undefined) return;
    const startAt = Math.max(freeAt, performance.now() - MAX_BACKLOG_MS);
    freeAt = startAt + (count / perSecond) * 1_000;
    const waitMs = startAt - performance.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal });
  };
};
