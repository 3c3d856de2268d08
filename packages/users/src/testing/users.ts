import type { UserCommand } from '../domain/command.ts';
import type { UserEvent } from '../domain/event.ts';
import type { EraseUser } from '../domain/user-decider.ts';

const ALICE = { name: 'Alice', email: 'alice@example.com' };

type Payload<T extends UserCommand['event_type']> = Extract<UserCommand, { event_type: T }>['payload'];

/** Commands; each test says what matters to it. The user is the sample's, `user-001`. */
export const createUser = (
  payload: Partial<Payload<'USER_CREATED'>> = {},
  user_id = 'user-001',
): UserCommand => ({
  user_id,
  event_type: 'USER_CREATED',
  payload: { ...ALICE, ...payload },
});

export const changeBalance = (delta: number, user_id = 'user-001'): UserCommand => ({
  user_id,
  event_type: 'USER_BALANCE',
  payload: { delta },
});

export const updateUser = (payload: Payload<'USER_UPDATED'>, user_id = 'user-001'): UserCommand => ({
  user_id,
  event_type: 'USER_UPDATED',
  payload,
});

export const eraseUserCommand = (user_id = 'user-001'): EraseUser => ({ user_id, event_type: 'USER_ERASED' });

/** Events. */
export const userCreated = (person: { name?: string; email?: string } = {}): UserEvent => ({
  type: 'USER_CREATED',
  ...ALICE,
  ...person,
});
export const balanceChanged = (delta: number): UserEvent => ({ type: 'USER_BALANCE', delta });
export const userUpdated = (change: { name?: string; email?: string }): UserEvent => ({
  type: 'USER_UPDATED',
  ...change,
});
export const userErased = (): UserEvent => ({ type: 'USER_ERASED' });
