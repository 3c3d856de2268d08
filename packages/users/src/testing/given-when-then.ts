import { deepStrictEqual, fail, strictEqual } from 'node:assert/strict';
import { AppError, type ErrorCode } from '@notify/shared-domain';

/** Decisions as functions: what happens on a command in a state, and what the state is after an event. */
export interface Decider<Command, State, Event> {
  decide(command: Command, state: State): Event;
  evolve(state: State, event: Event): State;
  readonly initialState: State;
}

/** A decider's test in three steps: `given(decider, history).when(command).thenHappens(event)`. */
export const given = <Command, State, Event>(
  decider: Decider<Command, State, Event>,
  history: readonly Event[],
) => {
  const state = history.reduce(decider.evolve, decider.initialState);
  return {
    /** What the history has led to. */
    is: (expected: State): void => deepStrictEqual(state, expected),
    when: (command: Command) => ({
      thenHappens: (expected: Event): void => deepStrictEqual(decider.decide(command, state), expected),
      thenFails: (code: ErrorCode): void => {
        let event: Event;
        try {
          event = decider.decide(command, state);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          strictEqual(error.code, code);
          return;
        }
        fail(`It led to ${JSON.stringify(event)} and should have failed with ${code}.`);
      },
    }),
  };
};
