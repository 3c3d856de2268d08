import { AppError } from '@notify/shared-domain';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeBalance, createUser, eraseUserCommand, updateUser } from '../testing/index.ts';
import { decide, evolve, initialState, type User } from './user-decider.ts';
import { userDetail, userSummary } from './views.ts';

const commands = fc.array(
  fc.oneof(
    fc.constant(createUser()),
    fc.constant(updateUser({ name: 'Bob' })),
    fc.constant(eraseUserCommand()),
    { weight: 5, arbitrary: fc.maxSafeInteger().map((delta) => changeBalance(delta)) },
  ),
  { maxLength: 40 },
);

test('whatever is asked, the balance is the exact sum of what was accepted, in the state as in the view', () => {
  fc.assert(
    fc.property(commands, (asked) => {
      let state: User = initialState;
      let row = userDetail.initial;
      let summary = userSummary.initial;
      let sum = 0n;
      for (const command of asked) {
        try {
          const event = decide(command, state);
          if (event.type === 'USER_BALANCE') sum += BigInt(event.delta);
          state = evolve(state, event);
          row = userDetail.apply(row, event);
          summary = userSummary.apply(summary, event);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }
      expect(BigInt(state.balance)).toBe(sum);
      expect(row.Balance).toBe(state.balance);
      expect(summary.Name).toBe(row.Name);
      expect(row.Name === null).toBe(state.status !== 'active');
    }),
    { numRuns: 2_000, seed: 7 },
  );
});
