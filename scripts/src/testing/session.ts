import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Item, toItem } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { keyItem, keyOf, keyText, type RecordKey } from '@notify/read-model';
import type { CommandRecord } from '@notify/shared-domain';
import type { Session } from '../session/session.ts';
import { NO_PROGRESS } from '../session/terminal.ts';

/** A session on fresh tables of DynamoDB Local, with nothing that drives their stream. */
export const aSession = async (fields: Partial<Session> = {}): Promise<Session> => {
  const dynamodb = testClient();
  const [commands, notifications, quarantine, readModels, campaigns, positions] = await Promise.all(
    [
      'command-records',
      'notification-records',
      'projection-quarantine',
      'read-models',
      'campaign-statistics',
      'projection-positions',
    ].map((name) => createTestTable(name, dynamodb)),
  );
  return {
    target: { kind: 'local', name: 'DynamoDB Local', clientConfig: {}, apiUrl: undefined },
    dynamodb,
    tables: {
      commands: commands ?? '',
      notifications: notifications ?? '',
      quarantine: quarantine ?? '',
      readModels: readModels ?? '',
      campaigns: campaigns ?? '',
      positions: positions ?? '',
    },
    terminal: {
      progress: NO_PROGRESS,
      isInteractive: false,
      note: () => {},
      say: () => {},
      table: () => {},
      openTable: () => ({ write: async () => {} }),
      write: async () => {},
      confirm: async () => false,
    },
    signal: new AbortController().signal,
    dryRun: false,
    ...fields,
  };
};

type Fields = Partial<Record<keyof CommandRecord, unknown>>;

/** A command as a writer puts it; `undefined` leaves an attribute out. Gives its key. */
export const putCommand = async (
  { dynamodb, tables }: Session,
  command: CommandRecord,
  spoiled: Fields = {},
): Promise<RecordKey> => {
  const item = toItem({ ...command, ...spoiled });
  await dynamodb.send(new PutItemCommand({ TableName: tables.commands, Item: item }));
  return keyOf(item);
};

export const deleteCommand = ({ dynamodb, tables }: Session, key: RecordKey) =>
  dynamodb.send(new DeleteItemCommand({ TableName: tables.commands, Key: keyItem(key) }));

/** All items of a table by the text of their keys. */
export const itemsOf = async ({ dynamodb }: Session, table: string): Promise<Map<string, Item>> => {
  const items = new Map<string, Item>();
  let start: Item | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    for (const item of page.Items ?? []) items.set(keyText(keyOf(item)), item);
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};
