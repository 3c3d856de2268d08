import { AppError } from '@notify/shared-domain';
import { leaveSealed, readEvent } from '../domain/stored-event.ts';
import { evolve, initialState, type User } from '../domain/user-decider.ts';
import type { EventStore, StoredEvent } from './event-store.ts';

/** A user's state and the version it is of. */
export interface UserAt {
  readonly state: User;
  readonly version: number;
}

export const NO_EVENTS: UserAt = { state: initialState, version: 0 };

/**
 * The state that events lead to, without a look at personal data.
 *
 * @throws AppError `EVENT.UNREADABLE`, also for a gap between them
 */
export const fold = (from: UserAt, events: readonly StoredEvent[]): UserAt => {
  let { state, version } = from;
  for (const event of events) {
    if (event.version !== version + 1) {
      throw new AppError('EVENT.UNREADABLE', { detail: `Version ${version + 1} of the user is missing.` });
    }
    state = evolve(state, readEvent(event, leaveSealed));
    version = event.version;
  }
  return { state, version };
};

// #region load
/**
 * A user as it is now: the state in the newest event, however many there are before it. Without one of today's schema, as in events
 * of the first documents, every event is read; the next one that is stored brings its state along.
 *
 * @throws AppError `EVENT.UNREADABLE`
 */
export const loadUser = async (events: EventStore, userId: string): Promise<UserAt> => {
  const last = await events.last(userId);
  if (!last) return NO_EVENTS;
  if (!last.state) return fold(NO_EVENTS, await events.read(userId, 1));
  readEvent(last, leaveSealed);
  return { state: last.state, version: last.version };
};
// #endregion load
