import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables, toItem } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { electroQuery, rawQuery, rawSpreadQuery, toolboxQuery } from '@notify/peers';
import {
  encodeCursor,
  FAILED_BUCKETS,
  failedBucket,
  marketingBucket,
  type NotificationRow,
  parseQuery,
} from '@notify/shared-domain';
import type { BenchOptions } from '../bench-options.ts';
import { benchRow, FIRST_CREATED_AT } from '../bench-row.ts';
import { chunksOf, eachOf, type Measurement, median } from '../measurement.ts';
import { takeTurns, type Variant } from '../take-turns.ts';
import { writeItems } from './write-items.ts';

const READ_MODEL = 'notification-records';
/** A rebuilt one, of which the function knows that nobody else writes into it. */
const TABLE = `${READ_MODEL}-2`;
const TABLES = [READ_MODEL, 'read-models', 'campaign-statistics', 'projection-positions'];
const TRANSACTION = 'tx-bench';
const CAMPAIGN = 'campaign-0';
const PAGES = [1, 100, 1_000];
const ROWS = 10_000;
/** How far down in the transaction a deep page begins. */
const DEEP = ROWS / 2;
const PAGE = 100;
/** Transactions with ten failures, of few rows and of very many. */
const FAILURES = 10;
const LARGE = 100_000;
/** Rows that one measurement reads at least, in queries of at least so many. */
const QUERIES = 40;

type Invoke = (input: Readonly<Record<string, unknown>>) => Promise<string>;

/**
 * What a page costs: CPU of this process, against DynamoDB Local in another one. The function as it is invoked and what others would use
 * instead take turns; ratios are of medians of the same run.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024 });
  try {
    const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: local.endpoint });
    await fillTables(dynamodb);
    const invoke = await openFunction(local.endpoint);
    const compare = async (title: string, units: number, variants: Readonly<Record<string, Variant>>) =>
      print(title, await takeTurns(variants, { units, rounds }));

    const raw = rawQuery(dynamodb, TABLE);
    const electro = electroQuery(dynamodb, TABLE);
    const box = toolboxQuery(dynamodb, TABLE);
    for (const limit of PAGES) {
      const cpu = await compare(`pages of ${limit}`, Math.max(QUERIES, Math.ceil(records / limit)), {
        function: () => invoke({ query_type: 'transaction', transaction_id: TRANSACTION, limit }),
        'bare SDK': () => raw(TRANSACTION, limit),
        ElectroDB: () => electro(TRANSACTION, limit),
        Toolbox: () => box(TRANSACTION, limit),
      });
      tell(`query_cpu_vs_raw_sdk_${limit}`, cpu('function') / cpu('bare SDK'));
      tell(`query_cpu_vs_electrodb_${limit}`, cpu('function') / cpu('ElectroDB'));
      tell(`query_cpu_vs_toolbox_${limit}`, cpu('function') / cpu('Toolbox'));
    }

    const units = Math.max(QUERIES, Math.ceil(records / PAGE));
    const after = { transaction_id: TRANSACTION, created_at: FIRST_CREATED_AT + ROWS - DEEP };
    const query = parseQuery('transaction', { transaction_id: TRANSACTION });
    const cursor = encodeCursor(query, after);
    const deep = await compare(`pages of ${PAGE} behind ${DEEP} rows`, units, {
      function: () => invoke({ ...query, limit: PAGE, cursor }),
      'bare SDK': () => raw(TRANSACTION, PAGE, after),
    });
    tell('deep_page_vs_raw_deep_page', deep('function') / deep('bare SDK'));

    const buckets = Array.from({ length: FAILED_BUCKETS }, (_, bucket) => bucket);
    const spread = rawSpreadQuery(dynamodb, TABLE, {
      index: 'failed-index',
      key: 'failed_bucket',
      partitions: buckets,
    });
    const failures = await compare(`all failures, pages of ${PAGE}`, units, {
      function: () => invoke({ query_type: 'fail', limit: PAGE }),
      'bare SDK': () => spread(PAGE),
    });
    tell('all_failures_vs_raw_buckets', failures('function') / failures('bare SDK'));

    const campaigns = rawSpreadQuery(dynamodb, TABLE, {
      index: 'marketing_id-index',
      key: 'marketing_bucket',
      partitions: buckets.map((bucket) => marketingBucket(CAMPAIGN, bucket)),
    });
    const campaign = await compare(`a campaign, pages of ${PAGE}`, units, {
      function: () => invoke({ query_type: 'marketing', marketing_id: CAMPAIGN, limit: PAGE }),
      'bare SDK': () => campaigns(PAGE),
    });
    tell('campaign_vs_raw_buckets', campaign('function') / campaign('bare SDK'));

    const few = await compare(`all ${FAILURES} failures among ${FAILURES} rows`, QUERIES, {
      function: () => allFailures(invoke, 'tx-small'),
    });
    const many = await compare(`all ${FAILURES} failures among ${LARGE} rows`, 4, {
      function: () => allFailures(invoke, 'tx-large'),
    });
    tell('failures_of_transaction_cost_ratio', many('function') / few('function'));
  } finally {
    await local.stop();
  }
};

/** Follows the cursors until all are there. */
const allFailures = async (invoke: Invoke, transaction_id: string): Promise<void> => {
  let found = 0;
  let cursor: string | undefined;
  do {
    const page = JSON.parse(await invoke({ query_type: 'fail', transaction_id, cursor })) as FailedPage;
    found += page.total_count;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  if (found !== FAILURES) throw new Error(`${found} failures of ${transaction_id}, instead of ${FAILURES}`);
};

interface FailedPage {
  readonly total_count: number;
  readonly next_cursor?: string;
}

const fillTables = async (dynamodb: DynamoDBClient): Promise<void> => {
  const definitions = loadTables();
  await createTables(
    dynamodb,
    Object.fromEntries(TABLES.map((name) => [name, definitions[name]])) as typeof definitions,
    { rename: (name) => (name === READ_MODEL ? TABLE : name) },
  );
  await writeItems(dynamodb, 'read-models', [toItem({ read_model: READ_MODEL, active: TABLE })]);
  const failedAmong = (transaction_id: string, rows: number) =>
    Array.from({ length: rows }, (_, number) => failedOrNot(benchRow(transaction_id, number), rows, number));
  const rows = [
    ...Array.from({ length: ROWS }, (_, number) => benchRow(TRANSACTION, number)),
    ...failedAmong('tx-small', FAILURES),
    ...failedAmong('tx-large', LARGE),
  ];
  await eachOf(chunksOf(rows, 25), 8, (chunk) =>
    writeItems(
      dynamodb,
      TABLE,
      chunk.map((row) => toItem({ ...row, version: '1' })),
    ),
  );
};

/** Failures lie evenly among the rows. */
const failedOrNot = (row: NotificationRow, rows: number, number: number): NotificationRow => {
  const { failed_bucket: _, failed_transaction: __, ...sent } = row;
  return number % (rows / FAILURES) === 0
    ? { ...row, status: 'FAILED', failed_bucket: failedBucket(row), failed_transaction: row.transaction_id }
    : { ...sent, status: 'SENT' };
};

const openFunction = async (endpoint: string): Promise<Invoke> => {
  // The function reads its configuration where Lambda puts it.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: LOCAL_AWS.region,
    AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
    NOTIFICATION_TABLE: READ_MODEL,
    READ_MODEL_TABLE: 'read-models',
    CAMPAIGN_TABLE: 'campaign-statistics',
    POSITION_TABLE: 'projection-positions',
  });
  const { handler } = await import('@notify/query-result-lambda');
  return async (input) => JSON.stringify(await handler(input, {} as never));
};

/** Prints what was measured, and gives the median CPU of a variant. */
const print = (
  title: string,
  samples: ReadonlyMap<string, readonly Measurement[]>,
): ((name: string) => number) => {
  const cpuOf = (name: string) => (samples.get(name) ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds);
  console.log(`\n${title}, CPU µs`);
  for (const name of samples.keys()) {
    const all = cpuOf(name);
    const spread = `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
    console.log(`${name.padEnd(12)}${median(all).toFixed(0).padStart(8)}   (${spread})`);
  }
  return (name) => median(cpuOf(name));
};

const tell = (figure: string, value: number): void => console.log(`${figure}=${value.toFixed(2)}`);
