import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { freePort } from '@notify/toolchain';
import { type StackPlace, type StackProcess, startStackProcess, VICTIMS } from '../stack-process.ts';
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

/** How often a stack is not even left to come up. */
const KILLED_AT_START = 0.2;
const SETTLE_MS = 60_000;
const MAX_SUSPENSION_MS = 3_000;
const MAX_CLOCK_STEP_MS = 3_600_000;

/**
 * Kills an embedded stack at random moments, again and again, while a writer goes on; then lets it come to rest and looks whether
 * every acknowledged write is there and every row is right.
 */
export const chaos = async (
  { rounds, seed, maxLifeMs }: ChaosOptions,
  terminal: Terminal,
): Promise<ChaosReport> => {
  const random = createRandom(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'notify-chaos-'));
  const place: StackPlace = {
    dataDir,
    awsPort: await freePort(),
    servicePort: await freePort(),
  };
  let stack: StackProcess | undefined = startStackProcess(place);
  try {
    await stack.up;
    const writer = startRetryingWriter(stack.url, DEFAULT_TABLES.commands, createRandom(seed + 1));
    for (let round = 1; round <= rounds; round++) {
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? 'everything';
      const atStart = round > 1 && random() < KILLED_AT_START;
      const lifeMs = Math.round(random() * maxLifeMs);
      if (!atStart) await stack.up;
      const before = writer.acknowledged();
      const troubles = atStart ? [] : await trouble(stack, random);
      await delay(lifeMs);
      const restartAt = performance.now();
      await stack.kill(atStart ? 'everything' : victim);
      terminal.say(
        `round ${round}: ${atStart ? 'killed everything while it started' : `killed ${victim}`} after ${[...troubles, `${lifeMs} ms`].join(', ')}; ${writer.acknowledged() - before} writes acknowledged; gone in ${Math.round(performance.now() - restartAt)} ms`,
      );
      stack = startStackProcess(place);
    }
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
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** What a stack goes through while it lives, each in one round of three: a disk that hangs, a clock that is set. */
const trouble = async (stack: StackProcess, random: () => number): Promise<string[]> => {
  const troubles: string[] = [];
  const [suspends, suspendedMs] = [random() < 1 / 3, Math.round(random() * MAX_SUSPENSION_MS)];
  const [steps, stepMs] = [random() < 1 / 3, Math.round((random() * 2 - 1) * MAX_CLOCK_STEP_MS)];
  if (steps) {
    stack.stepClock(stepMs);
    troubles.push(`a clock step of ${Math.round(stepMs / 1_000)} s`);
  }
  if (suspends) {
    await stack.suspendDynamoDB(suspendedMs);
    troubles.push(`DynamoDB stopped for ${suspendedMs} ms`);
  }
  return troubles;
};
