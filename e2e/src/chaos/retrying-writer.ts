import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, LOCAL_AWS, toItem } from '@notify/dynamodb';
import { keyItem, keyOf, keyText, type RecordKey } from '@notify/read-model';
import { sameItem } from '@notify/scripts';
import { PLATFORMS } from '@notify/shared-domain';
import { oneOf, withStatus } from '../scenario.ts';

export interface WriterState {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Tries that were not, each made again until it was. */
  readonly refused: number;
  /** What each key was last acknowledged to be; undefined when it was removed. */
  readonly expected: ReadonlyMap<string, { readonly key: RecordKey; readonly item: Item | undefined }>;
}

export interface RetryingWriter {
  /** Ends each lane with its write under way; resolves when the last one is acknowledged. */
  stop(): Promise<WriterState>;
  readonly acknowledged: () => number;
}

const LANES = 4;
const KEYS_PER_LANE = 200;
const RETRY_MS = 50;

/**
 * Writes, changes and removes commands without pause. A write that was not acknowledged may have happened or not, so it is made
 * again until it is: the last acknowledged state of each key is what must be there in the end.
 */
export const startRetryingWriter = (url: string, table: string, random: () => number): RetryingWriter => {
  const dynamodb = new DynamoDBClient({
    ...LOCAL_AWS,
    endpoint: url,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  });
  const expected = new Map<string, { key: RecordKey; item: Item | undefined }>();
  let [acknowledged, refused, stopping] = [0, 0, false];

  const until = async (send: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await send();
        acknowledged += 1;
        return;
      } catch {
        refused += 1;
        await delay(RETRY_MS);
      }
    }
  };
  const lane = async (number: number): Promise<void> => {
    for (let change = 0; !stopping; change++) {
      const key = {
        transaction_id: `tx_chaos_${number}_${Math.floor(random() * KEYS_PER_LANE)}`,
        created_at: '1700000000000',
      };
      const text = keyText(key);
      const removes = random() < 0.1 && expected.get(text)?.item !== undefined;
      const state = aState(key, random, change);
      const item = removes ? undefined : random() < POISONED ? oneOf(POISONS, random)(state) : state;
      const command = item
        ? new PutItemCommand({ TableName: table, Item: item })
        : new DeleteItemCommand({ TableName: table, Key: keyItem(key) });
      await until(() => dynamodb.send(command as PutItemCommand));
      expected.set(text, { key, item });
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopping = true;
      await lanes;
      dynamodb.destroy();
      return { acknowledged, refused, expected };
    },
  };
};

const aState = (key: RecordKey, random: () => number, change: number): Item =>
  toItem(
    withStatus(
      {
        transaction_id: key.transaction_id,
        created_at: Number(key.created_at),
        user_id: `user_${Math.floor(random() * 20)}`,
        marketing_id: 'chaos',
        notification_title: `Change ${change}`,
        status: 'SENT',
        platform: oneOf(PLATFORMS, random),
      },
      change,
      random,
    ),
  );

/** How many of the writes are poison. */
const POISONED = 0.05;

/** What a writer can put that is hard on whoever reads it: as names, as types, as numbers, as text and by its size. */
const POISONS: readonly ((item: Item) => Item)[] = [
  (item) => ({ ...item, ['__proto__']: { S: 'x' } }),
  (item) => ({ ...item, more: { M: { ['__proto__']: { S: 'x' }, constructor: { L: [] } } } }),
  ({ platform: _, ...item }) => item,
  (item) => ({ ...item, status: { M: {} } }),
  (item) => ({ ...item, user_id: { SS: ['a', 'b'] } }),
  (item) => ({ ...item, delivered_ts: { N: '9'.repeat(38) } }),
  (item) => ({ ...item, notification_title: { S: '\u001b[2J\u0000\u2028' } }),
  (item) => ({ ...item, payload: { S: '['.repeat(100_000) } }),
];

/** Keys whose item is not what was last acknowledged. */
export const lostKeys = ({ expected }: WriterState, items: ReadonlyMap<string, Item>): RecordKey[] =>
  [...expected.values()]
    .filter(({ key, item }) => !isEqual(item, items.get(keyText(keyOf(keyItem(key))))))
    .map(({ key }) => key);

const isEqual = (a: Item | undefined, b: Item | undefined): boolean => (a && b ? sameItem(a, b) : a === b);
