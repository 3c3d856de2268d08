import { AppError } from '@notify/shared-domain';
import { leaveSealed, readEvent } from '../domain/stored-event.ts';
import { evolve, initialState, type User } from '../domain/user-decider.ts';
import type { EventStore, StoredEvent } from './event-store.ts';
import type { Snapshots } from './snapshots.ts';

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
 * A user as it is now: a snapshot and the events behind it. The snapshot counts only when its schema is today's and the event at
 * its version is there and of the same command; otherwise every event is read.
 */
export const loadUser = async (events: EventStore, snapshots: Snapshots, userId: string): Promise<UserAt> => {
  const snapshot = await snapshots.find(userId);
  if (snapshot) {
    const [last, ...later] = await events.read(userId, snapshot.version);
    if (last?.version === snapshot.version && last.commandId === snapshot.commandId)
      return fold(snapshot, later);
  }
  return fold(NO_EVENTS, await events.read(userId, 1));
};
// #endregion load
