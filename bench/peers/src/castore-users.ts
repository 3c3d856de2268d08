import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventStore, EventType } from '@castore/core';
import {
  DynamoDBSingleTableEventStorageAdapter,
  EVENT_TABLE_EVENT_STORE_ID_KEY,
  EVENT_TABLE_INITIAL_EVENT_INDEX_NAME,
  EVENT_TABLE_PK,
  EVENT_TABLE_SK,
  EVENT_TABLE_TIMESTAMP_KEY,
} from '@castore/event-storage-adapter-dynamodb';
import type { Table } from '@notify/dynamodb';

const EVENT_STORE_ID = 'USERS';

/** The table that castore's adapter asks for. */
export const CASTORE_TABLE: Table = {
  partition_key: { name: EVENT_TABLE_PK, type: 'S' },
  sort_key: { name: EVENT_TABLE_SK, type: 'N' },
  indexes: [
    {
      name: EVENT_TABLE_INITIAL_EVENT_INDEX_NAME,
      partition_key: { name: EVENT_TABLE_EVENT_STORE_ID_KEY, type: 'S' },
      sort_key: { name: EVENT_TABLE_TIMESTAMP_KEY, type: 'S' },
    },
  ],
  stream: 'NEW_IMAGE',
  ttl_attribute: null,
};

interface User {
  readonly aggregateId: string;
  readonly version: number;
  readonly balance: number;
}

const userCreated = new EventType<'USER_CREATED', { name: string; email: string }>({ type: 'USER_CREATED' });
const balanceChanged = new EventType<'USER_BALANCE', { delta: number }>({ type: 'USER_BALANCE' });

/** Changes a user's balance, by castore as its documentation shows it: the user is built from its events, and the next one appended. */
export const castoreUsers = (dynamodb: DynamoDBClient, tableName: string) => {
  const store = new EventStore({
    eventStoreId: EVENT_STORE_ID,
    eventTypes: [userCreated, balanceChanged],
    reducer: (user: User, event): User => ({
      aggregateId: event.aggregateId,
      version: event.version,
      balance: event.type === 'USER_BALANCE' ? user.balance + event.payload.delta : 0,
    }),
    eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: dynamodb }),
  });
  return async (userId: string, delta: number): Promise<void> => {
    const { aggregate } = await store.getExistingAggregate(userId);
    if (!Number.isSafeInteger(aggregate.balance + delta))
      throw new RangeError('The balance is out of range.');
    await store.pushEvent(
      { aggregateId: userId, version: aggregate.version + 1, type: 'USER_BALANCE', payload: { delta } },
      { prevAggregate: aggregate },
    );
  };
};

/** An event of a user as castore's adapter stores it. */
export const castoreItem = (
  userId: string,
  version: number,
  type: string,
  payload: Record<string, AttributeValue>,
): Record<string, AttributeValue> => ({
  [EVENT_TABLE_PK]: { S: `${EVENT_STORE_ID}#${userId}` },
  [EVENT_TABLE_SK]: { N: String(version) },
  ...(version === 1 && { [EVENT_TABLE_EVENT_STORE_ID_KEY]: { S: EVENT_STORE_ID } }),
  [EVENT_TABLE_TIMESTAMP_KEY]: { S: new Date().toISOString() },
  type: { S: type },
  payload: { M: payload },
});
