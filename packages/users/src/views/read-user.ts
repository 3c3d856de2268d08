import { setTimeout } from 'node:timers/promises';
import { AppError } from '@notify/shared-domain';
import type { UserDetail } from '../domain/views.ts';

/** A user's row and the version up to which events are in it. */
export interface UserDetailAt {
  readonly version: number;
  readonly user: UserDetail;
}

/** The row as it is now, or, when asked for an eventual one, as it was a moment ago; undefined when there is none. */
export type FindUser = (userId: string, read: 'current' | 'eventual') => Promise<UserDetailAt | undefined>;

export interface ReadUserOptions {
  /** Milliseconds; any origin. */
  readonly clock?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** How long a reader waits for its own write. */
const TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 200;

// #region at-least
/**
 * A user at this version or a later one.
 *
 * @param atLeast the version that a command was answered with; 0 for any
 * @throws AppError `USER.NOT_FOUND`, or `READ_MODEL.BEHIND` when the version does not come within 2 s
 */
export const createReadUser =
  (find: FindUser, { clock = performance.now.bind(performance), sleep = setTimeout }: ReadUserOptions = {}) =>
  async (userId: string, atLeast: number): Promise<UserDetail> => {
    const deadline = clock() + TIMEOUT_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const found = await find(userId, atLeast > 0 ? 'current' : 'eventual');
      if (found && found.version >= atLeast) return found.user;
      if (atLeast === 0) throw new AppError('USER.NOT_FOUND');
      if (clock() + pauseMs > deadline) throw new AppError('READ_MODEL.BEHIND');
      await sleep(pauseMs);
    }
  };
// #endregion at-least
