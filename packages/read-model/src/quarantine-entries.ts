import {
  type DynamoDBClient,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import type { RecordKey } from './record-key.ts';

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

/** Which entries; all of them when nothing is said. */
export interface EntryFilter {
  readonly errorCode?: string | undefined;
  readonly transactionId?: string | undefined;
  /** Only what came from the stream of this table. */
  readonly sourceTable?: string | undefined;
}

/** A page of entries. Those of one key come with the oldest first. */
export async function* entryPages(
  dynamodb: DynamoDBClient,
  table: string,
  filter: EntryFilter = {},
  signal?: AbortSignal,
): AsyncGenerator<Entry[]> {
  const input = scanOf(table, filter);
  let start: Item | undefined;
  do {
    signal?.throwIfAborted();
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ ...input, ExclusiveStartKey: start }),
    );
    if (Items.length > 0) yield Items.map(toEntry);
    start = LastEvaluatedKey;
  } while (start);
}

/** How many requests one page of a list may cost; each reads at most 1 MB. */
const MAX_READS = 8;

/**
 * A list of entries from a place on.
 * @returns at most `limit` of them, and where the list goes on; it may go on although the page is not full
 */
export const entryList = async (
  dynamodb: DynamoDBClient,
  table: string,
  filter: EntryFilter,
  limit: number,
  from: EntryKey | undefined,
): Promise<{ readonly entries: readonly Entry[]; readonly next: EntryKey | undefined }> => {
  const input = scanOf(table, filter);
  const entries: Entry[] = [];
  let start = from && entryKeyItem(from);
  for (let reads = 0; reads < MAX_READS; reads++) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({
        ...input,
        ExclusiveStartKey: start,
        Limit: input.FilterExpression ? undefined : limit,
      }),
    );
    for (const item of Items) {
      entries.push(toEntry(item));
      // Full, and not at the very end: the page ends behind its last entry, wherever the request has come to.
      if (entries.length === limit && (item !== Items.at(-1) || LastEvaluatedKey)) {
        return { entries, next: entries.at(-1) };
      }
    }
    start = LastEvaluatedKey;
    if (!start) return { entries, next: undefined };
  }
  return { entries, next: { tableKey: start?.['table_key']?.S ?? '', version: start?.['version']?.S ?? '' } };
};

/** The key of an entry. */
export type EntryKey = Pick<Entry, 'tableKey' | 'version'>;

const entryKeyItem = ({ tableKey, version }: EntryKey): Item => ({
  table_key: { S: tableKey },
  version: { S: version },
});

/** So many requests a count may cost. */
const MAX_COUNT_READS = 10;

/** How many entries there are of each cause. */
export interface CauseCounts {
  readonly causes: ReadonlyMap<string, number>;
  /** Whether all entries were counted, or only as many as a few requests read. */
  readonly isComplete: boolean;
}

/** @param maxReads how many requests it may cost; each reads at most 1 MB */
export const countCauses = async (
  dynamodb: DynamoDBClient,
  table: string,
  filter: EntryFilter = {},
  maxReads = MAX_COUNT_READS,
): Promise<CauseCounts> => {
  const input = { ...scanOf(table, filter), ConsistentRead: false, ProjectionExpression: 'error_code' };
  const causes = new Map<string, number>();
  let start: Item | undefined;
  for (let reads = 0; reads < maxReads; reads++) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ ...input, ExclusiveStartKey: start }),
    );
    for (const { error_code } of Items) {
      const code = error_code?.S ?? '';
      causes.set(code, (causes.get(code) ?? 0) + 1);
    }
    start = LastEvaluatedKey;
    if (!start) return { causes, isComplete: true };
  }
  return { causes, isComplete: false };
};

const scanOf = (
  table: string,
  { errorCode, transactionId, sourceTable }: EntryFilter,
): ScanCommandInput & { FilterExpression?: string } => {
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
  return {
    TableName: table,
    ConsistentRead: true,
    ...(conditions.length > 0 && {
      FilterExpression: conditions.join(' AND '),
      ExpressionAttributeValues: values,
      ...(transactionId === undefined ? {} : { ExpressionAttributeNames: { '#keys': 'keys' } }),
    }),
  };
};

/** The entries of one key of quarantine, oldest first. */
export const entriesOf = async (
  dynamodb: DynamoDBClient,
  table: string,
  tableKey: string,
): Promise<Entry[]> => {
  const entries: Entry[] = [];
  const input: QueryCommandInput = {
    TableName: table,
    KeyConditionExpression: 'table_key = :key',
    ExpressionAttributeValues: { ':key': { S: tableKey } },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, input))
    entries.push(...Items.map(toEntry));
  return entries;
};

const LOOKUPS_AT_ONCE = 16;

/** Which of these keys have no entry in quarantine. */
export const withoutEntry = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly string[],
): Promise<string[]> => {
  const missing: string[] = [];
  const queue = [...keys];
  const work = async () => {
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      const { Count } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'table_key = :key',
          ExpressionAttributeValues: { ':key': { S: key } },
          Select: 'COUNT',
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      if (!Count) missing.push(key);
    }
  };
  await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, work));
  return missing;
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
