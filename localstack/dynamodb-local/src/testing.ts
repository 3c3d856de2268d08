export { type LossyEndpoint, lossyEndpoint } from './lossy-endpoint.ts';
export { type SilenceableEndpoint, silenceableEndpoint } from './silenceable-endpoint.ts';
export { type ThrottlingEndpoint, throttlingEndpoint, type WriteLimits } from './throttling-endpoint.ts';

import { randomUUID } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables, type Table } from '@notify/dynamodb';
import { inject } from 'vitest';
import { createTables } from './table-creation.ts';
import './vitest-global-setup.ts';

/** A client of the DynamoDB Local that the vitest global setup started. */
export const testClient = (config: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({ ...LOCAL_AWS, endpoint: inject('dynamodbEndpoint'), ...config });

/**
 * A fresh, empty table of the shape that terraform/tables.json gives `name`. Gives its real, unique name;
 * it needs no cleaning up, the database is in memory.
 */
export const createTestTable = async (
  name: string,
  client: DynamoDBClient = testClient(),
): Promise<string> => {
  const table = loadTables()[name];
  if (!table) throw new RangeError(`terraform/tables.json has no table ${name}.`);
  const unique = `${name}-${randomUUID()}`;
  await createTables(client, { [name]: table }, { rename: () => unique });
  return unique;
};

/** The shape of the read table from before campaigns were spread over buckets, each one partition of its index, and failures of a transaction had one. */
export const unspreadReadTable = (): Table => {
  const { indexes, ...table } = loadTables()['notification-records'] as Table;
  return {
    ...table,
    indexes: indexes
      .filter(({ name }) => name !== 'transaction_id-failed-index')
      .map((index) =>
        index.name === 'marketing_id-index'
          ? { ...index, partition_key: { name: 'marketing_id', type: 'S' } }
          : index,
      ),
  };
};
