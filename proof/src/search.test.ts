import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Counterexample, findCounterexample, type Trial } from './search.ts';

const numbers = (limit: number, closed: number[] = []): Trial<number> => ({
  cases: fc.nat({ max: 1_000 }),
  openStage: async () => ({
    play: async (number) => {
      if (number > limit) throw new Error(`${number} is too much`);
    },
    close: async () => {
      closed.push(1);
    },
  }),
  describe: (number) => [`the number ${number}`],
  chunk: 10,
});

const catching = (work: Promise<void>): Promise<Counterexample> =>
  work.then(
    () => expect.unreachable('nothing was found'),
    (error) => (error instanceof Counterexample ? error : expect.unreachable(String(error))),
  );

it('tries as many cases as it is asked for, and closes each stage', async () => {
  const closed: number[] = [];
  let runs = 0;
  await findCounterexample({ runs: 25, seed: 1, onRun: () => runs++ }, numbers(1_000, closed));
  expect(runs).toBe(25);
  expect(closed).toHaveLength(3);
});

it('finds the smallest counterexample, and finds it again by seed and path', async () => {
  const found = await catching(findCounterexample({ runs: 1_000, seed: 1 }, numbers(500)));
  expect(found.message).toMatch(/the number 501\n501 is too much$/);
  const { seed, path } = found;
  const again = await catching(findCounterexample({ runs: 1, seed, path }, numbers(500)));
  expect(again.message).toContain('the number 501\n');
  await findCounterexample({ runs: 1, seed, path }, numbers(501));
});

it('begins no case when the time is up', async () => {
  let runs = 0;
  await findCounterexample({ runs: 100, seed: 1, timeLimitMs: 0, onRun: () => runs++ }, numbers(1_000));
  expect(runs).toBe(0);
});
