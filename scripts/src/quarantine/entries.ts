import {
  paginateQuery,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import type { RecordKey } from '@notify/read-model';
import type { Session } from '../session/session.ts';

/** A record that could not be projected, as quarantine keeps it. */
export interface Entry {
  readonly tableKey: string;
  readonly version: string;
  readonly errorCode: string;
  readonly errorDetail: string;
  readonly firstSeen: string;
  readonly eventName: string | undefined;
  readonly sourceTable: string;
  /** Undefined when the record had no usable key. */
  readonly key: RecordKey | undefined;
  /** The command as it was; undefined when it did not fit in, or the record had none. */
  readonly image: Item | undefined;
  /** It had one, which did not fit in. */
  readonly imageOmitted: boolean;
}

export interface EntryFilter {
  readonly errorCode?: string | undefined;
  readonly transactionId?: string | undefined;
  /** Only what came from the stream of this table. */
  readonly sourceTable?: string | undefined;
}

/** A page of entries. Those of one key come with the oldest first. */
export async function* entryPages(
  { dynamodb, tables, signal }: Session,
  { errorCode, transactionId, sourceTable }: EntryFilter = {},
): AsyncGenerator<Entry[]> {
  const conditions: string[] = [];
  const values: Item = {};
  if (errorCode !== undefined) {
    conditions.push('error_code = :code');
    values[':code'] = { S: errorCode };
  }
  if (transactionId !== undefined) {
    conditions.push('#keys.transaction_id = :transaction');
    values[':transaction'] = { S: transactionId };
  }
  if (sourceTable !== undefined) {
    conditions.push('begins_with(table_key, :source)');
    values[':source'] = { S: `${sourceTable}#` };
  }
  const input: ScanCommandInput = {
    TableName: tables.quarantine,
    ConsistentRead: true,
    ...(conditions.length > 0 && {
      FilterExpression: conditions.join(' AND '),
      ExpressionAttributeValues: values,
      ...(transactionId === undefined ? {} : { ExpressionAttributeNames: { '#keys': 'keys' } }),
    }),
  };
  let start: Item | undefined;
  do {
    signal.throwIfAborted();
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ ...input, ExclusiveStartKey: start }),
    );
    if (Items.length > 0) yield Items.map(toEntry);
    start = LastEvaluatedKey;
  } while (start);
}

/** The entries of one key of quarantine, oldest first. */
export const entriesOf = async ({ dynamodb, tables }: Session, tableKey: string): Promise<Entry[]> => {
  const entries: Entry[] = [];
  const input: QueryCommandInput = {
    TableName: tables.quarantine,
    KeyConditionExpression: 'table_key = :key',
    ExpressionAttributeValues: { ':key': { S: tableKey } },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, input))
    entries.push(...Items.map(toEntry));
  return entries;
};

const toEntry = (item: Item): Entry => {
  const text = (name: string) => item[name]?.S ?? '';
  const { transaction_id, created_at } = item['keys']?.M ?? {};
  return {
    tableKey: text('table_key'),
    version: text('version'),
    errorCode: text('error_code'),
    errorDetail: text('error_detail'),
    firstSeen: text('first_seen'),
    eventName: item['event_name']?.S,
    sourceTable: text('source_table'),
    key:
      transaction_id?.S !== undefined && created_at?.N !== undefined
        ? { transaction_id: transaction_id.S, created_at: created_at.N }
        : undefined,
    image: item['image']?.M,
    imageOmitted: item['image_omitted']?.BOOL === true,
  };
};
