import { testClient } from '@notify/dynamodb-local/testing';
import { Counterexample } from '@notify/proof';
import type { StreamProjection } from '@notify/stream-projection';
import { describe, expect, it } from 'vitest';
import { proveExactness } from '../proof/exactness.ts';

const createClient = (maxAttempts: number) => testClient({ maxAttempts });

/** A part of `pnpm prove campaigns`; on a slow machine as many of them as fit into the time. */
const HISTORIES = 200;
const TIME_LIMIT_MS = 40_000;

it(
  'any history, delivered in any way with any faults, is counted exactly',
  async () => {
    let played = 0;
    await proveExactness({
      createClient,
      runs: HISTORIES,
      seed: 20_261_124,
      timeLimitMs: TIME_LIMIT_MS,
      onRun: () => played++,
    });
    expect(played).toBeGreaterThan(20);
  },
  2 * TIME_LIMIT_MS,
);

describe('the proof', () => {
  /** Takes a shard that it knows for one that it has never seen. */
  const forgetsFences = (real: StreamProjection): StreamProjection => {
    let batches = 0;
    return (event, invocation) => real(Object.assign(event, { shardId: `shard-${batches++}` }), invocation);
  };

  it('notices a projection that counts twice', async () => {
    const outcome = proveExactness({ createClient, runs: 200, seed: 1, toProjection: forgetsFences });
    await expect(outcome).rejects.toThrow(Counterexample);
    await expect(outcome).rejects.toThrow(/0\. item \d: put /);
  }, 60_000);
});
