import { deepStrictEqual, ok } from 'node:assert/strict';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findCounterexample, type SearchOptions } from '@notify/proof';
import {
  type Notification,
  type NotificationQuery,
  type NotificationRow,
  PLATFORMS,
  parseQuery,
  QUERY_TYPES,
  STATUSES,
} from '@notify/shared-domain';
import { aRow } from '@notify/shared-domain/testing';
import fc from 'fast-check';
import { DynamoDBNotificationReader } from '../src/adapters/dynamodb-notification-reader.ts';

export interface PagingOptions extends SearchOptions {
  readonly dynamodb: DynamoDBClient;
  /** Makes an empty table of the shape of `notification-records` and gives its name. */
  readonly createTable: () => Promise<string>;
}

interface Case {
  readonly rows: readonly NotificationRow[];
  readonly queries: readonly NotificationQuery[];
  readonly isOurs: boolean;
}

/** So many queries are asked of one table. */
const QUERIES_A_TABLE = 50;

/**
 * Tries what paging promises, on so many queries as there are runs: whatever lies in the table, the pages of a query together are the
 * rows that match, each once and in order, no page holding more than its limit.
 *
 * @throws Counterexample
 */
export const provePaging = ({
  dynamodb,
  createTable,
  runs,
  onRun,
  ...search
}: PagingOptions): Promise<void> =>
  findCounterexample<Case>(
    { ...search, runs: Math.ceil(runs / QUERIES_A_TABLE) },
    {
      cases: fc.record({ rows: someRows, queries: someQueries, isOurs: fc.boolean() }),
      openStage: async () => ({
        play: async ({ rows, queries, isOurs }) => {
          const table = await createTable();
          await put(dynamodb, table, rows);
          const reader = new DynamoDBNotificationReader(
            dynamodb,
            async () => ({ name: table, isOurs }),
            async () => [],
          );
          for (const query of queries) {
            try {
              checkPages(query, rows, await everyPage(reader, query));
            } catch (cause) {
              throw new Error(`${JSON.stringify(query)}: ${cause}`, { cause });
            }
            onRun?.();
          }
          await dynamodb.send(new DeleteTableCommand({ TableName: table }));
        },
      }),
      describe: ({ rows }) => rows.map((row) => `  ${JSON.stringify(row)}`),
      chunk: 5,
      // A table a case makes it dear to look for a smaller one, and the query and 30 rows can be read.
      shrinks: false,
    },
  );

/** Few and close, so that rows share a millisecond, and bounds meet rows: at the first, at the last and in between. */
const INSTANTS = [0, 1, 2, 3, 4, 5, 1_712_000_000_000, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];
const TRANSACTIONS = ['t1', 't2', '\u0001', '送信', '💬', 'a\'b"c\\d'];

const someRows = fc.uniqueArray(
  fc
    .record({
      transaction_id: fc.constantFrom(...TRANSACTIONS),
      created_at: fc.constantFrom(...INSTANTS),
      user_id: fc.constantFrom('u1', 'u2'),
      marketing_id: fc.constantFrom('m1', 'm2'),
      sns_id: fc.constantFrom('s1', 's2'),
      status: fc.constantFrom('FAILED', ...STATUSES),
      platform: fc.constantFrom(...PLATFORMS),
    })
    .map(aRow),
  { minLength: 0, maxLength: 30, size: 'max', selector: (row) => `${row.transaction_id}#${row.created_at}` },
);

const someQuery = fc
  .record(
    {
      type: fc.constantFrom(...QUERY_TYPES),
      transaction_id: fc.constantFrom(...TRANSACTIONS.slice(0, 3)),
      limit: fc.constantFrom(1, 2, 3, 5, 8, 30),
      order: fc.constantFrom('asc', 'desc'),
      status: fc.constantFrom(...STATUSES),
      platform: fc.constantFrom(...PLATFORMS),
      range: fc.uniqueArray(fc.constantFrom(...INSTANTS), { minLength: 2, maxLength: 2 }),
      bounds: fc.constantFrom('none', 'from', 'to', 'both'),
    },
    { requiredKeys: ['type', 'limit', 'range', 'bounds'] },
  )
  .map(({ type, transaction_id, range, bounds, ...rest }): NotificationQuery => {
    const [from, to] = range.toSorted((a, b) => a - b);
    const named =
      type === 'fail' && transaction_id === undefined ? {} : { transaction_id: transaction_id ?? 't1' };
    return parseQuery(type, {
      user_id: 'u1',
      marketing_id: 'm1',
      sns_id: 's1',
      ...named,
      ...rest,
      ...((bounds === 'from' || bounds === 'both') && { from }),
      ...((bounds === 'to' || bounds === 'both') && { to }),
    });
  });
const someQueries = fc.array(someQuery, { minLength: QUERIES_A_TABLE, maxLength: QUERIES_A_TABLE });

const put = async (dynamodb: DynamoDBClient, table: string, rows: readonly NotificationRow[]) => {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  for (let i = 0; i < rows.length; i += 25) {
    const requests = rows.slice(i, i + 25).map((row) => ({
      PutRequest: { Item: { ...row, version: '1'.padStart(40, '0') } },
    }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
};

const everyPage = async (reader: DynamoDBNotificationReader, query: NotificationQuery) => {
  const items: Notification[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.read(cursor === undefined ? query : { ...query, cursor });
    ok(page.items.length <= query.limit, 'a page holds more than its limit');
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
};

const checkPages = (
  query: NotificationQuery,
  rows: readonly NotificationRow[],
  found: readonly Notification[],
): void => {
  const expected = rows.filter((row) => matches(query, row));
  deepStrictEqual(found.map(identity).sort(), expected.map(identity).sort(), 'not the rows that match');
  const times = found.map(({ created_at }) => created_at);
  deepStrictEqual(
    times,
    times.toSorted((a, b) => (query.order === 'asc' ? a - b : b - a)),
    'not in order',
  );
};

const identity = (row: Notification): string => `${row.transaction_id}#${row.created_at}`;

const matches = (query: NotificationQuery, row: NotificationRow): boolean => {
  const { from = 0, to = Number.POSITIVE_INFINITY, platform = row.platform } = query;
  if (row.created_at < from || row.created_at >= to || row.platform !== platform) return false;
  switch (query.query_type) {
    case 'user':
      return row.user_id === query.user_id && row.status === (query.status ?? row.status);
    case 'marketing':
      return row.marketing_id === query.marketing_id && row.status === (query.status ?? row.status);
    case 'transaction':
      return row.transaction_id === query.transaction_id && row.status === (query.status ?? row.status);
    case 'sns':
      return row.sns_id === query.sns_id && row.status === (query.status ?? row.status);
    case 'failures':
    case 'fail':
      return row.status === 'FAILED' && row.transaction_id === (query.transaction_id ?? row.transaction_id);
  }
};
