import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CheckReport,
  check,
  createRandom,
  DEFAULT_TABLES,
  getRecords,
  readPlacement,
  sessionAt,
  type Terminal,
} from '@notify/scripts';
import { type StackProcess, startStackProcess } from '../stack-process.ts';
import { endLife, newPlace } from './life.ts';
import { lostKeys, startRetryingWriter } from './retrying-writer.ts';

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  /** The longest a stack lives in a round, in milliseconds. */
  readonly maxLifeMs: number;
}

export interface ChaosReport {
  readonly seed: number;
  readonly rounds: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Acknowledged writes that are not in the command table. */
  readonly lost: number;
  /** Keys whose row is not what their command projects to. */
  readonly different: number;
  readonly check: CheckReport;
}

const SETTLE_MS = 60_000;

/**
 * Kills an embedded stack at random moments, again and again, while a writer goes on; then lets it come to rest and looks whether
 * every acknowledged write is there and every row is right.
 */
export const chaos = async (
  { rounds, seed, maxLifeMs }: ChaosOptions,
  terminal: Terminal,
): Promise<ChaosReport> => {
  const random = createRandom(seed);
  const place = await newPlace();
  let stack: StackProcess | undefined = startStackProcess(place);
  try {
    await stack.up;
    const writer = startRetryingWriter(stack.url, DEFAULT_TABLES.commands, createRandom(seed + 1));
    const life = { place, random, maxLifeMs, acknowledged: writer.acknowledged, terminal };
    for (let round = 1; round <= rounds; round++) stack = await endLife(stack, { ...life, round });
    await stack.up;
    await delay(maxLifeMs / 2);
    const state = await writer.stop();
    const session = await sessionAt(stack.url, terminal);
    const keys = [...state.expected.values()].map(({ key }) => key);
    const lost = lostKeys(state, await getRecords(session.dynamodb, session.tables.commands, keys));
    for (const key of lost.slice(0, 10)) terminal.say(`lost: ${JSON.stringify(key)}`);
    const { active } = await readPlacement(session);
    const options = { table: active, segments: 2, settleMs: SETTLE_MS };
    // The first one waits until the stream has caught up, the second one reports how things stand then.
    await check(session, options);
    const report = await check(session, options);
    session.dynamodb.destroy();
    const { acknowledged, refused } = state;
    return {
      seed,
      rounds,
      acknowledged,
      refused,
      lost: lost.length,
      different: report.differences.length + report.moving,
      check: report,
    };
  } finally {
    await stack?.kill('everything');
    rmSync(place.dataDir, { recursive: true, force: true });
  }
};
