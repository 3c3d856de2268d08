import { AppError } from '@notify/shared-domain';
import type { UserCommand } from './command.ts';
import type { UserEvent } from './event.ts';

/** What decisions depend on: no personal data, so neither a stored state nor a warm function ever holds any. */
export interface User {
  readonly status: 'absent' | 'active' | 'erased';
  readonly balance: number;
}

export const initialState: User = { status: 'absent', balance: 0 };

/** An operator's wish to forget a person. */
export interface EraseUser {
  readonly user_id: string;
  readonly event_type: 'USER_ERASED';
}

// #region decide
/**
 * The event that a command leads to in this state.
 *
 * @throws AppError `USER.ALREADY_EXISTS`, `USER.NOT_FOUND`, `USER.ERASED` or `USER.BALANCE_OUT_OF_RANGE`
 */
export const decide = (command: UserCommand | EraseUser, user: User): UserEvent => {
  if (user.status === 'erased') throw new AppError('USER.ERASED');
  if (command.event_type === 'USER_CREATED') {
    if (user.status === 'active') throw new AppError('USER.ALREADY_EXISTS');
    return { type: 'USER_CREATED', ...command.payload };
  }
  if (user.status === 'absent') throw new AppError('USER.NOT_FOUND');
  switch (command.event_type) {
    case 'USER_BALANCE':
      if (!Number.isSafeInteger(user.balance + command.payload.delta)) {
        throw new AppError('USER.BALANCE_OUT_OF_RANGE');
      }
      return { type: 'USER_BALANCE', ...command.payload };
    case 'USER_UPDATED':
      return { type: 'USER_UPDATED', ...command.payload };
    case 'USER_ERASED':
      return { type: 'USER_ERASED' };
  }
};
// #endregion decide

// #region evolve
/** The state after an event. */
export const evolve = (user: User, event: UserEvent): User => {
  switch (event.type) {
    case 'USER_CREATED':
      return { ...user, status: 'active' };
    case 'USER_BALANCE':
      return { ...user, balance: user.balance + event.delta };
    case 'USER_UPDATED':
      return user;
    case 'USER_ERASED':
      return { ...user, status: 'erased' };
  }
};
// #endregion evolve

export const userDecider = { decide, evolve, initialState };
