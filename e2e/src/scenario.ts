import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createRandom } from '@notify/scripts';
import { type CommandRecord, type NotificationKey, PLATFORMS, STATUSES } from '@notify/shared-domain';
import { keyText } from './model.ts';

/** An item that is no command record; its key is one. */
export type Malformed = NotificationKey & Readonly<Record<string, unknown>>;

/** One write of a writer, in the order in which it happens. */
export type Write =
  | { readonly put: CommandRecord | Malformed; readonly remove?: undefined }
  | { readonly remove: NotificationKey; readonly put?: undefined };

export interface Scenario {
  readonly writes: readonly Write[];
  /** The last state of each command. */
  readonly commands: readonly CommandRecord[];
  readonly malformed: readonly Malformed[];
}

export interface ScenarioOptions {
  /** Prefix of every id, so that a stage can hold several. */
  readonly id: string;
  readonly commands: number;
  readonly seed: number;
  readonly transactions?: number;
  readonly users?: number;
  readonly campaigns?: number;
  /** `created_at` of the first command, in milliseconds. */
  readonly start?: number;
}

const AP_IDS = ['mobile-app-001', 'web-portal-001', 'mobile-app-002'];
const START = Date.UTC(2024, 0, 1);

/**
 * A history of commands over few users, campaigns and transactions: a third changes its status, some are removed, some of those come
 * back, several share a millisecond, some have the least that a command needs, and two in a hundred more are malformed. The same
 * options give the same history.
 */
export const scenario = ({
  id,
  commands: count,
  seed,
  transactions = 60,
  users = 20,
  campaigns = 5,
  start = START,
}: ScenarioOptions): Scenario => {
  const random = createRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const writes: Write[] = [];
  const commands = new Map<string, CommandRecord>();
  const malformed: Malformed[] = [];
  const put = (command: CommandRecord) => {
    writes.push({ put: command });
    commands.set(keyText(command), command);
  };

  for (let i = 0; i < count; i++) {
    const key = {
      transaction_id: `${id}-tx-${String(i % transactions).padStart(3, '0')}`,
      created_at: start + Math.floor(i / 3) * 1_000 + (i % 2),
    };
    const user_id = `${id}-user-${below(users)}`;
    if (i % 50 === 25) {
      const item = { ...key, created_at: key.created_at + 100, user_id };
      writes.push({ put: item });
      malformed.push(item);
    }
    const least: CommandRecord = {
      ...key,
      user_id,
      notification_title: `Notification ${i} 你好 👋`,
      status: 'SENT',
      platform: oneOf(PLATFORMS, random),
    };
    const command: CommandRecord =
      i % 10 === 7
        ? least
        : {
            ...least,
            device_token: `token-${i}`,
            payload: JSON.stringify({ aps: { alert: { body: `Body ${i}` } } }),
            ap_id: oneOf(AP_IDS, random),
            ...(i % 5 === 0 ? { sns_id: `${id}-sns-${i % 3}`, retry_cnt: i % 4 } : {}),
            ...(random() < 0.8 ? { marketing_id: `${id}-campaign-${below(campaigns)}` } : {}),
          };
    put(command);
    if (random() < 0.35) put(withStatus(command, command.created_at + 500, random));
    if (random() < 0.08) {
      writes.push({ remove: key });
      commands.delete(keyText(key));
      if (random() < 0.4) put({ ...command, notification_title: `Sent again: ${i}` });
    }
  }
  return { writes, commands: [...commands.values()], malformed };
};

/** What a push provider reports of a command at a time, in milliseconds. */
export const withStatus = (command: CommandRecord, at: number, random: () => number): CommandRecord => {
  const status = oneOf(STATUSES, random);
  return {
    ...command,
    status,
    ...(status === 'DELIVERED' ? { delivered_ts: at } : {}),
    ...(status === 'FAILED' ? { failed_ts: at, error_msg: 'Unregistered' } : {}),
  };
};

export const oneOf = <T>(values: readonly T[], random: () => number): T =>
  values[Math.floor(random() * values.length)] as T;

/** What one BatchWriteItem takes. */
const REQUEST_SIZE = 25;

/** Makes writes in their order, in as few requests as that allows: a request holds a key once. In lanes, those of one key in one lane. */
export const play = async (
  documents: DynamoDBDocumentClient,
  table: string,
  writes: readonly Write[],
  lanes = 1,
): Promise<void> => {
  const byLane = Array.from({ length: lanes }, (): Write[] => []);
  const laneOf = new Map<string, Write[]>();
  for (const write of writes) {
    const key = keyText(write.put ?? write.remove);
    const lane = laneOf.get(key) ?? (byLane[laneOf.size % lanes] as Write[]);
    laneOf.set(key, lane);
    lane.push(write);
  }
  await Promise.all(byLane.map((lane) => playLane(documents, table, lane)));
};

const playLane = async (
  documents: DynamoDBDocumentClient,
  table: string,
  writes: readonly Write[],
): Promise<void> => {
  let batch = new Map<string, object>();
  for (const { put, remove } of writes) {
    const key = keyText(put ?? remove);
    if (batch.size === REQUEST_SIZE || batch.has(key)) {
      await writeBatch(documents, table, [...batch.values()]);
      batch = new Map();
    }
    batch.set(key, put ? { PutRequest: { Item: put } } : { DeleteRequest: { Key: remove } });
  }
  if (batch.size > 0) await writeBatch(documents, table, [...batch.values()]);
};

const writeBatch = async (
  documents: DynamoDBDocumentClient,
  table: string,
  requests: readonly object[],
): Promise<void> => {
  let rest = [...requests];
  for (let turn = 0; rest.length > 0; turn++) {
    if (turn > 0) await delay(Math.random() * Math.min(2_000, 50 * 2 ** turn));
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [table]: rest } }),
    );
    rest = UnprocessedItems?.[table] ?? [];
  }
};
