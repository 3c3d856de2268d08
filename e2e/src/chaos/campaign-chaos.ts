import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { createNotifyClient } from '@notify/client';
import { LOCAL_AWS, toItem } from '@notify/dynamodb';
import {
  awaitCaughtUp,
  check,
  createRandom,
  DEFAULT_TABLES,
  readPlacement,
  recount,
  sessionAt,
  type Terminal,
} from '@notify/scripts';
import { type CommandRecord, PLATFORMS } from '@notify/shared-domain';
import { campaignDifference, countOf } from '../campaigns.ts';
import { type StackProcess, startStackProcess } from '../stack-process.ts';
import { endLife, newPlace } from './life.ts';

export interface CampaignChaosOptions {
  readonly notifications: number;
  readonly seed: number;
  /** The longest that a stack lives, in milliseconds. */
  readonly maxLifeMs: number;
}

export interface CampaignChaosReport {
  readonly kills: number;
  /** Changes of statuses that were acknowledged. */
  readonly changes: number;
  /** Rows that are not what their command projects to. */
  readonly rowDifferences: number;
  /** Counts of the campaign that are not those of its commands, by `notify campaigns check`. */
  readonly countDifferences: number;
  /** Why the API's report is not the count of what was written; undefined when it is. */
  readonly answerDifference: string | undefined;
}

const CAMPAIGN = 'chaos';
const START = Date.UTC(2026, 10, 3);
const HOUR_MS = 3_600_000;
/** Each notification is sent, and then changes its status twice. */
const STATES = 3;
const LANES = 4;
/** What BatchWriteItem takes. */
const BATCH = 25;
const RETRY_MS = 50;
const SETTLE_MS = 120_000;

/**
 * One campaign through an embedded stack that is killed again and again: all notifications are sent, then each changes its status
 * twice. Then it comes to rest, and rows, counts and the API's report have to be what was written.
 */
export const campaignChaos = async (
  { notifications, seed, maxLifeMs }: CampaignChaosOptions,
  terminal: Terminal,
): Promise<CampaignChaosReport> => {
  const random = createRandom(seed);
  const place = await newPlace();
  let stack: StackProcess = startStackProcess(place);
  try {
    await stack.up;
    const writer = startCampaignWriter(stack.url, notifications);
    let kills = 0;
    while (!writer.isDone()) {
      kills++;
      const { acknowledged } = writer;
      stack = await endLife(stack, { place, round: kills, random, maxLifeMs, acknowledged, terminal });
    }
    await Promise.all([stack.up, writer.done]);
    terminal.say(`${writer.acknowledged()} writes acknowledged under ${kills} kills; it comes to rest now`);
    const session = await sessionAt(stack.url, terminal);
    try {
      await awaitCaughtUp(session);
      const { active } = await readPlacement(session);
      const rows = await check(session, { table: active, segments: 2, settleMs: SETTLE_MS });
      const counts = await recount(session, {
        marketingId: CAMPAIGN,
        segments: 2,
        attempts: 10,
        settleMs: 2_000,
        corrects: false,
      });
      const client = createNotifyClient({ baseUrl: `http://127.0.0.1:${place.servicePort}` });
      const commands = Array.from({ length: notifications }, (_, n) => stateOf(n, STATES - 1));
      const door = {
        name: 'GET /query/campaign',
        ask: (query: object) => client.send({ method: 'GET', path: '/query/campaign' }, query),
      };
      return {
        kills,
        changes: writer.acknowledged() - notifications,
        rowDifferences: rows.differences.length + rows.moving + Math.abs(rows.rows - notifications),
        countDifferences: counts.differences.reduce((sum, each) => sum + each.counts, counts.moving.length),
        answerDifference: await campaignDifference(door, countOf(commands, CAMPAIGN)),
      };
    } finally {
      session.dynamodb.destroy();
    }
  } finally {
    await stack.kill('everything');
    rmSync(place.dataDir, { recursive: true, force: true });
  }
};

interface CampaignWriter {
  readonly acknowledged: () => number;
  readonly isDone: () => boolean;
  readonly done: Promise<unknown>;
}

/** Writes the states of all notifications one after the other, each until it is acknowledged. */
const startCampaignWriter = (url: string, notifications: number): CampaignWriter => {
  const dynamodb = new DynamoDBClient({
    ...LOCAL_AWS,
    endpoint: url,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 },
  });
  let [acknowledged, isDone] = [0, false];
  const write = async (requests: WriteRequest[]): Promise<void> => {
    let rest = requests;
    while (rest.length > 0) {
      try {
        const { UnprocessedItems } = await dynamodb.send(
          new BatchWriteItemCommand({ RequestItems: { [DEFAULT_TABLES.commands]: rest } }),
        );
        const left = UnprocessedItems?.[DEFAULT_TABLES.commands] ?? [];
        acknowledged += rest.length - left.length;
        rest = left;
      } catch {
        await delay(RETRY_MS);
      }
    }
  };
  /** A lane has its own notifications, so that the states of each come in their order. */
  const lane = async (first: number): Promise<void> => {
    for (let state = 0; state < STATES; state++) {
      for (let start = first * BATCH; start < notifications; start += LANES * BATCH) {
        const length = Math.min(BATCH, notifications - start);
        await write(
          Array.from({ length }, (_, i) => ({ PutRequest: { Item: toItem(stateOf(start + i, state)) } })),
        );
      }
    }
  };
  const done = Promise.all(Array.from({ length: LANES }, (_, first) => lane(first))).finally(() => {
    isDone = true;
    dynamodb.destroy();
  });
  return { acknowledged: () => acknowledged, isDone: () => isDone, done };
};

/** A notification as it is sent, as it is delivered or has failed, and as it is found to have ended. */
const stateOf = (n: number, state: number): CommandRecord => {
  const created_at = START + (n % 48) * HOUR_MS + n;
  const sent: CommandRecord = {
    transaction_id: `campaign-${n % 1_000}`,
    created_at,
    user_id: `user-${n % 997}`,
    marketing_id: CAMPAIGN,
    notification_title: 'The same for all of them',
    platform: PLATFORMS[n % PLATFORMS.length] ?? 'IOS',
    status: 'SENT',
  };
  if (state === 0) return sent;
  const fails = (n + state) % 5 === 0;
  return fails
    ? { ...sent, status: 'FAILED', failed_ts: created_at + state, error_msg: `Reason ${n % 30}` }
    : { ...sent, status: 'DELIVERED', delivered_ts: created_at + state };
};
