import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { type Item, KEY_ATTRIBUTES, keyItem, keyOf, keyText, type NotificationKey } from './item.ts';

const MAX_KEYS = 100;
const UNPROCESSED_PAUSE_MS = 50;

export interface GetItemsOptions {
  /** Read nothing but the keys: whether the items are there. */
  readonly keysOnly?: boolean;
}

/** The items of these keys, each as of now, by the text of their keys. */
export const getItems = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly NotificationKey[],
  { keysOnly = false }: GetItemsOptions = {},
): Promise<Map<string, Item>> => {
  const found = new Map<string, Item>();
  const requests: NotificationKey[][] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS)
    requests.push(keys.slice(start, start + MAX_KEYS));
  await Promise.all(
    requests.map(async (wanted) => {
      let rest: Item[] | undefined = wanted.map(keyItem);
      while (rest && rest.length > 0) {
        const answer: BatchGetItemCommandOutput = await dynamodb.send(
          new BatchGetItemCommand({
            RequestItems: {
              [table]: {
                Keys: rest,
                ConsistentRead: true,
                ...(keysOnly ? { ProjectionExpression: KEY_ATTRIBUTES.join(', ') } : {}),
              },
            },
          }),
        );
        for (const item of answer.Responses?.[table] ?? []) found.set(keyText(keyOf(item)), item);
        rest = answer.UnprocessedKeys?.[table]?.Keys;
        if (rest && rest.length > 0) await delay(UNPROCESSED_PAUSE_MS);
      }
    }),
  );
  return found;
};
