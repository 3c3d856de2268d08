import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Terminal } from '@notify/scripts';
import { freePort } from '@notify/toolchain';
import { type StackPlace, type StackProcess, startStackProcess, VICTIMS } from '../stack-process.ts';

export interface Life {
  readonly place: StackPlace;
  /** Counted from 1. */
  readonly round: number;
  readonly random: () => number;
  /** The longest that a stack lives, in milliseconds. */
  readonly maxLifeMs: number;
  /** How many writes were acknowledged so far, for the report. */
  readonly acknowledged: () => number;
  readonly terminal: Terminal;
}

/** How often a stack is not even left to come up. */
const KILLED_AT_START = 0.2;
const MAX_SUSPENSION_MS = 3_000;
const MAX_CLOCK_STEP_MS = 3_600_000;

/** Where a stack lives again and again: free ports, and data in a folder of its own, which whoever asks for it removes. */
export const newPlace = async () => ({
  dataDir: mkdtempSync(join(tmpdir(), 'notify-chaos-')),
  awsPort: await freePort(),
  servicePort: await freePort(),
});

/** Lets a stack live for a while, in which it may meet trouble, and kills all of it or a piece; gives the one started in its place. */
export const endLife = async (
  stack: StackProcess,
  { place, round, random, maxLifeMs, acknowledged, terminal }: Life,
): Promise<StackProcess> => {
  const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? 'everything';
  const atStart = round > 1 && random() < KILLED_AT_START;
  const lifeMs = Math.round(random() * maxLifeMs);
  if (!atStart) await stack.up;
  const before = acknowledged();
  const troubles = atStart ? [] : await trouble(stack, random);
  await delay(lifeMs);
  const killedAt = performance.now();
  await stack.kill(atStart ? 'everything' : victim);
  terminal.say(
    `round ${round}: ${atStart ? 'killed everything while it started' : `killed ${victim}`} after ${[...troubles, `${lifeMs} ms`].join(', ')}; ${acknowledged() - before} writes acknowledged; gone in ${Math.round(performance.now() - killedAt)} ms`,
  );
  return startStackProcess(place);
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
