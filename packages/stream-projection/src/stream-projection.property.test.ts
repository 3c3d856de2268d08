import { testClient } from '@notify/dynamodb-local/testing';
import { Counterexample } from '@notify/proof';
import { describe, expect, it } from 'vitest';
import { proveConvergence } from '../proof/convergence.ts';
import { DELETED } from './projection.ts';
import type { RowWriter } from './row-writer.ts';

const createClient = () => testClient({ maxAttempts: 1 });

/** A part of `pnpm prove rows`; on a slow machine as many of them as fit into the time. */
const HISTORIES = 400;
const TIME_LIMIT_MS = 60_000;

it(
  'any history, delivered in any way with any faults, ends in the rows of its last well-formed images',
  async () => {
    let played = 0;
    await proveConvergence({
      createClient,
      runs: HISTORIES,
      seed: 20_261_121,
      timeLimitMs: TIME_LIMIT_MS,
      onRun: () => played++,
    });
    expect(played).toBeGreaterThan(20);
  },
  2 * TIME_LIMIT_MS,
);

describe('the proof', () => {
  const forgetsTombstones = (real: RowWriter): RowWriter => ({
    write: async (shape, changes, invocation) => {
      const { outcomes, retried } = await real.write(
        shape,
        changes.filter(({ columns }) => !columns[DELETED]),
        invocation,
      );
      const rest = [...outcomes];
      return {
        outcomes: changes.flatMap(({ columns }) =>
          columns[DELETED] ? { status: 'written' } : rest.splice(0, 1),
        ),
        retried,
      };
    },
  });
  const catching = (work: Promise<void>): Promise<Counterexample | undefined> =>
    work.then(
      () => undefined,
      (error) => {
        if (error instanceof Counterexample) return error;
        throw error;
      },
    );

  it('notices an engine that breaks its promise, and finds the case again by seed and path', {
    timeout: 2 * TIME_LIMIT_MS,
  }, async () => {
    const broken = { createClient, toRows: forgetsTombstones };
    const found = await catching(proveConvergence({ ...broken, runs: 100, seed: 1, timeLimitMs: 6_000 }));
    expect(found?.message).toMatch(/\d\. item -?\d+: (remove|expire)\n/);
    const { seed = 0, path = '' } = found ?? {};
    const again = await catching(proveConvergence({ ...broken, runs: 1, seed, path }));
    const steps = (error?: Counterexample) => error?.message.match(/\d+\. item .*/g);
    expect(steps(again)).toEqual(steps(found));
    expect(await catching(proveConvergence({ createClient, runs: 1, seed, path }))).toBeUndefined();
  });
});
