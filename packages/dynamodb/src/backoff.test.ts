import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

const waits = (options = {}) => {
  const slept: number[] = [];
  const sleep = async (ms: number) => slept.push(ms);
  return { slept, backoff: new Backoff({ random: () => 0.5, sleep, ...options }) };
};

it('doubles the bound of its waits up to the cap', async () => {
  const { slept, backoff } = waits({ baseMs: 100, capMs: 350, attempts: 4 });
  for (let attempt = 0; attempt < 4; attempt++) expect(await backoff.wait(attempt, 10_000)).toBe(true);
  expect(slept).toEqual([50, 100, 175, 175]);
});

it('does not wait when the attempts are used up', async () => {
  const { slept, backoff } = waits({ attempts: 2 });
  expect(await backoff.wait(2, 10_000)).toBe(false);
  expect(slept).toEqual([]);
});

it('does not wait longer than there is time', async () => {
  const { slept, backoff } = waits({ baseMs: 100 });
  expect(await backoff.wait(0, 50)).toBe(false);
  expect(await backoff.wait(0, 51)).toBe(true);
  expect(slept).toEqual([50]);
});

it('waits anything from nothing to the bound', async () => {
  const { slept, backoff } = waits({ baseMs: 100, random: () => 0 });
  await backoff.wait(0, 1);
  expect(slept).toEqual([0]);
  expect(await new Backoff({ baseMs: 0 }).wait(0, 1)).toBe(true);
});
