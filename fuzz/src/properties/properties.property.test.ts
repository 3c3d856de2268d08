import { describe, expect, it } from 'vitest';
import { PROPERTIES } from './properties.ts';

describe('whatever comes from outside', () => {
  it.each(PROPERTIES)('$name', async ({ check }) => {
    const { failed, counterexample, errorInstance, seed, counterexamplePath } = await check({ numRuns: 300 });
    const replay = `seed ${seed}, path ${counterexamplePath}: ${JSON.stringify(counterexample)}`;
    expect(failed, `${replay}\n${errorInstance}`).toBe(false);
  });
});
