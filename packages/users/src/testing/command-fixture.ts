import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { UserStoreNames } from '../commands/user-command-service.ts';
import { fromEventItem } from '../events/event-item.ts';
import type { StoredEvent } from '../events/event-store.ts';
import { LOCAL_MASTER_KEY } from './local-master-key.ts';

/** Fresh tables for the users' commands. @param createTable makes one of the shape of `terraform/tables.json` and gives its name */
export const commandTables = async (
  createTable: (name: string) => Promise<string>,
): Promise<UserStoreNames> => {
  const [EVENTS_TABLE, USER_KEY_TABLE, IDEMPOTENCY_TABLE] = await Promise.all([
    createTable('EventsTable'),
    createTable('user-keys'),
    createTable('command-idempotency'),
  ]);
  return {
    EVENTS_TABLE,
    USER_KEY_TABLE,
    IDEMPOTENCY_TABLE,
    USER_MASTER_KEY: LOCAL_MASTER_KEY,
  };
};

type Item = Record<string, AttributeValue>;

/** Every item of a user, as it is stored. */
export const storedItems = async (
  dynamodb: DynamoDBClient,
  table: string,
  userId: string,
): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'AggregateID = :user',
        ExpressionAttributeValues: { ':user': { S: userId } },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};

/** Every event of a user. */
export const storedEvents = async (
  dynamodb: DynamoDBClient,
  table: string,
  userId: string,
): Promise<StoredEvent[]> =>
  (await storedItems(dynamodb, table, userId)).flatMap((item) => fromEventItem(item) ?? []);

/** How many items a small table holds. */
export const countItems = async (dynamodb: DynamoDBClient, table: string): Promise<number> => {
  const { Count = 0 } = await dynamodb.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Count;
};
