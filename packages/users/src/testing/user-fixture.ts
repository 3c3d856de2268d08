import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { aStreamRecord } from '@notify/stream-projection/testing';
import type { DynamoDBRecord } from 'aws-lambda';
import type { UserStoreNames } from '../commands/user-command-service.ts';
import { toSequence } from '../domain/sequence.ts';
import { readEvent } from '../domain/stored-event.ts';
import { fromEventItem } from '../events/event-item.ts';
import { DynamoDBKeyStore } from '../keys/dynamodb-key-store.ts';
import { masterKey } from '../keys/master-key.ts';
import { unsealWith } from '../keys/sealing.ts';
import { DynamoDBUserRows } from '../projection/dynamodb-user-rows.ts';
import type { UserProjectionNames } from '../projection/user-projection-service.ts';
import { UserRow, VIEW_NAMES, type ViewName } from '../projection/user-rows.ts';
import { commandTables, storedItems } from './command-fixture.ts';

export type UserNames = UserStoreNames & UserProjectionNames;

/** Fresh tables for the whole system of the users. */
export const userTables = async (createTable: (name: string) => Promise<string>): Promise<UserNames> => ({
  ...(await commandTables(createTable)),
  USER_SUMMARY_TABLE: await createTable('UserSummaryTable'),
  USER_DETAIL_TABLE: await createTable('UserDetailTable'),
  QUARANTINE_TABLE: await createTable('projection-quarantine'),
});

/** A row as it is compared: its version and fields. */
interface SeenRow {
  readonly version: number;
  readonly fields: Readonly<Record<string, unknown>>;
}
export type SeenRows = Readonly<Record<ViewName, SeenRow>>;

const seen = (rows: Readonly<Record<ViewName, UserRow>>): SeenRows => ({
  detail: { version: rows.detail.version, fields: rows.detail.fields },
  summary: { version: rows.summary.version, fields: rows.summary.fields },
});

/** The rows of these users as they are stored. */
export const storedRows = async (
  dynamodb: DynamoDBClient,
  names: UserNames,
  userIds: readonly string[],
): Promise<Record<string, SeenRows>> => {
  const tables = { detail: names.USER_DETAIL_TABLE, summary: names.USER_SUMMARY_TABLE };
  const rows = new DynamoDBUserRows(dynamodb, tables);
  const [detail, summary] = await Promise.all(VIEW_NAMES.map((view) => rows.read(view, userIds)));
  const rowsOf = (userId: string) =>
    seen({
      detail: new UserRow('detail', detail?.get(userId)),
      summary: new UserRow('summary', summary?.get(userId)),
    });
  return Object.fromEntries(userIds.map((userId) => [userId, rowsOf(userId)]));
};

/** The rows that the events of these users come to: their fold, from the first to the last. */
export const expectedRows = async (
  dynamodb: DynamoDBClient,
  names: UserNames,
  itemsOf: ReadonlyMap<string, readonly Item[]>,
): Promise<Record<string, SeenRows>> => {
  const store = new DynamoDBKeyStore(dynamodb, names.USER_KEY_TABLE, masterKey(names.USER_MASTER_KEY));
  const keys = await store.find([...itemsOf.keys()]);
  const rowsOf = (userId: string, items: readonly Item[]) => {
    const rows = { detail: new UserRow('detail', undefined), summary: new UserRow('summary', undefined) };
    for (const event of items.flatMap((item) => fromEventItem(item) ?? [])) {
      const read = readEvent(event, unsealWith(keys.get(userId), userId, event.version));
      for (const view of VIEW_NAMES) rows[view].apply(read, event.version);
    }
    return seen(rows);
  };
  return Object.fromEntries([...itemsOf].map(([userId, items]) => [userId, rowsOf(userId, items)]));
};

/** The record of an event as the stream of `EventsTable` gives it. @param sequenceNumber its place in the stream */
export const eventRecord = (item: Item, sequenceNumber: number | bigint): DynamoDBRecord => {
  const { AggregateID, Sequence } = item as Record<string, AttributeValue>;
  return aStreamRecord({
    table: 'EventsTable',
    sequenceNumber,
    keys: { AggregateID, Sequence },
    image: item as Record<string, AttributeValue>,
  });
};

/** A record that says no more than that there is something to see to. */
export const touchRecord = (userId: string, version: number, sequenceNumber: number): DynamoDBRecord =>
  aStreamRecord({
    eventName: 'MODIFY',
    table: 'EventsTable',
    sequenceNumber,
    keys: { AggregateID: userId, Sequence: toSequence(version) },
    image: {},
  });

/** The stream of these users' events, in an order in which the store may have taken them. */
export const eventRecords = async (
  dynamodb: DynamoDBClient,
  names: UserNames,
  userIds: readonly string[],
): Promise<{ records: DynamoDBRecord[]; itemsOf: ReadonlyMap<string, readonly Item[]> }> => {
  const histories = await Promise.all(
    userIds.map(async (id) => [id, await storedItems(dynamodb, names.EVENTS_TABLE, id)] as const),
  );
  const items = histories.flatMap(([, all]) => all);
  items.sort((a, b) => ((a['Timestamp']?.S ?? '') < (b['Timestamp']?.S ?? '') ? -1 : 1));
  // A user's own events keep their order, whatever the clocks of their writers said.
  const next = new Map(histories.map(([id, all]) => [id, all.values()]));
  const records = items.flatMap((item, place) => {
    const own = next.get(item['AggregateID']?.S ?? '')?.next().value;
    return own ? eventRecord(own, place + 1) : [];
  });
  return { records, itemsOf: new Map(histories) };
};
