import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import { Backoff } from './backoff.ts';
import type { Item } from './item.ts';

/** DynamoDB's bound of the keys of one BatchGetItem. */
const MAX_KEYS = 100;
const CONCURRENCY = 4;

export interface GetItemsOptions {
  /** Read nothing but these attributes. */
  readonly attributes?: readonly string[];
  /** How long to wait for a throttled table, in milliseconds. */
  readonly timeMs?: number;
  readonly backoff?: Backoff;
}

/**
 * The items of one table with these keys, as they are now, in no order; missing ones are left out.
 *
 * @param keys no two the same
 * @throws AppError `STORE.THROTTLED`
 */
export const getItems = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  options: GetItemsOptions = {},
): Promise<Item[]> => {
  const items: Item[] = [];
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_KEYS) }, (_, i) =>
    keys.slice(i * MAX_KEYS, (i + 1) * MAX_KEYS),
  ).values();
  const work = async () => {
    for (const chunk of chunks) items.push(...(await getChunk(dynamodb, table, chunk, options)));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return items;
};

const getChunk = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  { attributes, timeMs = 5_000, backoff = new Backoff() }: GetItemsOptions,
): Promise<Item[]> => {
  const items: Item[] = [];
  const projection = attributes && {
    ProjectionExpression: attributes.map((_, i) => `#a${i}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name, i) => [`#a${i}`, name])),
  };
  let due: Item[] = [...keys];
  for (let attempt = 0; due.length > 0; attempt++) {
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: due, ConsistentRead: true, ...projection } },
    });
    const { Responses: responses, UnprocessedKeys: unprocessed } = await dynamodb.send(command);
    items.push(...(responses?.[table] ?? []));
    due = unprocessed?.[table]?.Keys ?? [];
    if (due.length > 0 && !(await backoff.wait(attempt, timeMs))) throw new AppError('STORE.THROTTLED');
  }
  return items;
};
