import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables, toItem } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { electroQuery, rawQuery, type TransactionQuery } from '@notify/peers';
import type { BenchOptions } from '../bench-options.ts';
import { benchRow } from '../bench-row.ts';
import { chunksOf, eachOf, type Measurement, measure, median } from '../measurement.ts';
import { writeItems } from './write-items.ts';

const TABLES = ['notification-records', 'read-models', 'campaign-statistics', 'projection-positions'];
const TRANSACTION = 'tx-bench';
const PAGES = [1, 100, 1_000];
/** Rows that one measurement reads at least, in queries of at least so many. */
const QUERIES = 40;

/**
 * What a page of a transaction costs: CPU of this process, against DynamoDB Local in another one. The function as it is invoked, one
 * Query of the SDK, and ElectroDB take turns; ratios are of medians of the same run.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024 });
  try {
    const variants = await openVariants(local.endpoint);
    for (const limit of PAGES) {
      const samples = new Map(Object.keys(variants).map((name) => [name, [] as Measurement[]]));
      const queries = Array.from({ length: Math.max(QUERIES, Math.ceil(records / limit)) }, () => limit);
      for (let round = 0; round <= rounds; round++) {
        const order = Object.entries(variants);
        for (let turn = 0; turn < order.length; turn++) {
          const [name, query] = order[(turn + round) % order.length] as [string, TransactionQuery];
          const sample = await measure(queries.length, () =>
            eachOf(queries, 4, () => query(TRANSACTION, limit)),
          );
          // The first round warms up the compilers of all sides.
          if (round > 0) samples.get(name)?.push(sample);
        }
      }
      print(limit, samples);
    }
  } finally {
    await local.stop();
  }
};

const openVariants = async (endpoint: string): Promise<Record<string, TransactionQuery>> => {
  const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  const definitions = loadTables();
  await createTables(
    dynamodb,
    Object.fromEntries(TABLES.map((name) => [name, definitions[name]])) as typeof definitions,
  );
  const rows = Array.from({ length: Math.max(...PAGES) + 1 }, (_, i) => benchRow(TRANSACTION, i));
  for (const chunk of chunksOf(rows, 25)) {
    await writeItems(
      dynamodb,
      'notification-records',
      chunk.map((row) => toItem({ ...row, version: '1' })),
    );
  }
  // The function reads its configuration where Lambda puts it.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: LOCAL_AWS.region,
    AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
    NOTIFICATION_TABLE: 'notification-records',
    READ_MODEL_TABLE: 'read-models',
    CAMPAIGN_TABLE: 'campaign-statistics',
    POSITION_TABLE: 'projection-positions',
  });
  const { handler } = await import('@notify/query-result-lambda');
  const invoked: TransactionQuery = async (transaction_id, limit) => {
    const answer = await handler({ query_type: 'transaction', transaction_id, limit }, {} as never);
    return JSON.stringify(answer);
  };
  return {
    function: invoked,
    'bare SDK': rawQuery(dynamodb, 'notification-records'),
    ElectroDB: electroQuery(dynamodb, 'notification-records'),
  };
};

const print = (limit: number, samples: ReadonlyMap<string, readonly Measurement[]>): void => {
  const cpu = (name: string) =>
    median((samples.get(name) ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds));
  console.log(`\npages of ${limit}, CPU µs a page`);
  for (const [name, measured] of samples) {
    const all = measured.map(({ cpuMicroseconds }) => cpuMicroseconds);
    const spread = `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
    console.log(`${name.padEnd(12)}${cpu(name).toFixed(0).padStart(8)}   (${spread})`);
  }
  console.log(`query_cpu_vs_raw_sdk_${limit}=${(cpu('function') / cpu('bare SDK')).toFixed(2)}`);
  console.log(`query_cpu_vs_electrodb_${limit}=${(cpu('function') / cpu('ElectroDB')).toFixed(2)}`);
};
