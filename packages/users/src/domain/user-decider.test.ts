import { describe, expect, it } from 'vitest';
import {
  balanceChanged,
  changeBalance,
  createUser,
  eraseUserCommand,
  given,
  updateUser,
  userCreated,
  userErased,
  userUpdated,
} from '../testing/index.ts';
import { evolve, initialState, userDecider } from './user-decider.ts';

const user = (...history: Parameters<typeof given<never, never, ReturnType<typeof userErased>>>[1]) =>
  given(userDecider, history);

describe('creating a user', () => {
  // #region given-when-then
  it('happens once', () => {
    user()
      .when(createUser({ name: 'Alice' }))
      .thenHappens(userCreated({ name: 'Alice' }));
    user(userCreated()).when(createUser()).thenFails('USER.ALREADY_EXISTS');
  });
  // #endregion given-when-then

  it('does not bring back one that was erased', () => {
    user(userCreated(), userErased()).when(createUser()).thenFails('USER.ERASED');
  });
});

describe('a balance', () => {
  it('changes by any safe integer, below zero too', () => {
    user(userCreated()).when(changeBalance(-7)).thenHappens(balanceChanged(-7));
    user(userCreated(), balanceChanged(5), balanceChanged(-7)).is({ status: 'active', balance: -2 });
  });

  it('belongs to a user that exists', () => {
    user().when(changeBalance(1)).thenFails('USER.NOT_FOUND');
    user(userCreated(), userErased()).when(changeBalance(1)).thenFails('USER.ERASED');
  });

  it('stays a safe integer', () => {
    const rich = user(userCreated(), balanceChanged(Number.MAX_SAFE_INTEGER));
    rich.when(changeBalance(1)).thenFails('USER.BALANCE_OUT_OF_RANGE');
    rich.when(changeBalance(-1)).thenHappens(balanceChanged(-1));
  });
});

describe('updating a user', () => {
  it('changes what is given and nothing that decisions depend on', () => {
    user(userCreated(), balanceChanged(5))
      .when(updateUser({ name: 'Bob' }))
      .thenHappens(userUpdated({ name: 'Bob' }));
    user(userCreated(), balanceChanged(5), userUpdated({ name: 'Bob' })).is({ status: 'active', balance: 5 });
  });

  it('needs a user', () =>
    user()
      .when(updateUser({ name: 'Bob' }))
      .thenFails('USER.NOT_FOUND'));
});

describe('erasing a user', () => {
  it('ends the history and keeps the balance', () => {
    user(userCreated(), balanceChanged(5)).when(eraseUserCommand()).thenHappens(userErased());
    user(userCreated(), balanceChanged(5), userErased()).is({ status: 'erased', balance: 5 });
  });

  it('happens once, to a user that exists', () => {
    user().when(eraseUserCommand()).thenFails('USER.NOT_FOUND');
    user(userCreated(), userErased()).when(eraseUserCommand()).thenFails('USER.ERASED');
  });
});

it('keeps no personal data in its state', () => {
  const state = evolve(
    evolve(initialState, userCreated({ name: 'Alice' })),
    userUpdated({ email: 'b@c.de' }),
  );
  expect(Object.keys(state)).toEqual(['status', 'balance']);
});
