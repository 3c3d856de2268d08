import {
  BatchExecuteStatementCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables } from '@notify/dynamodb';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { createTestTable, testClient } from './testing.ts';
import { type ThrottlingEndpoint, throttlingEndpoint, type WriteLimits } from './throttling-endpoint.ts';

const NAME = 'notification-records';
const row = (n: number, user = `user-${n}`) => ({
  transaction_id: { S: `tx-${n}` },
  created_at: { N: String(n) },
  user_id: { S: user },
});

let table: string;
let endpoint: ThrottlingEndpoint;
let dynamodb: DynamoDBClient;

beforeEach(async () => {
  table = await createTestTable(NAME);
  const { [NAME]: definition } = loadTables();
  if (!definition) throw new Error(`There is no ${NAME}.`);
  endpoint = await throttlingEndpoint({ [table]: definition }, inject('dynamodbEndpoint'));
  dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: endpoint.url, maxAttempts: 1 });
});
afterEach(() => {
  dynamodb.destroy();
  endpoint.close();
});

const put = (n: number, user?: string) =>
  dynamodb.send(new PutItemCommand({ TableName: table, Item: row(n, user) })).then(
    () => 'written',
    ({ name }: Error) => name,
  );
const limit = (limits: WriteLimits) => endpoint.limit(table, limits);
const rows = async () => (await testClient().send(new ScanCommand({ TableName: table }))).Count;

it('refuses what goes beyond a table’s rate, and nothing of another table or after it is lifted', async () => {
  limit({ table: 2 });
  expect([await put(1), await put(2), await put(3), await put(4)]).toContain(
    'ProvisionedThroughputExceededException',
  );
  expect(endpoint.refused).toBeGreaterThan(0);
  limit({});
  expect(await put(5)).toBe('written');
});

it('refuses the write of a table for an index partition that cannot keep up, and takes those of others', async () => {
  limit({ partition: 0.001 });
  endpoint.limit('another', { table: 1 });
  const refused = 'ProvisionedThroughputExceededException';
  expect([await put(1, 'busy'), await put(2, 'busy'), await put(3, 'quiet')]).toEqual([
    'written',
    refused,
    'written',
  ]);
});

it('refuses parts of a batch by themselves, and a transaction as a whole', async () => {
  limit({ partition: 0.001 });
  const statement = (n: number) => ({
    Statement: `INSERT INTO "${table}" VALUE {'transaction_id':?,'created_at':?,'user_id':?}`,
    Parameters: [{ S: `tx-${n}` }, { N: String(n) }, { S: 'busy' }],
  });
  const { Responses } = await dynamodb.send(
    new BatchExecuteStatementCommand({ Statements: [statement(1), statement(2)] }),
  );
  expect(Responses?.map(({ Error: error }) => error?.Code)).toEqual([
    undefined,
    'ProvisionedThroughputExceeded',
  ]);
  const { UnprocessedItems } = await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: { [table]: [row(3, 'busy'), row(4)].map((Item) => ({ PutRequest: { Item } })) },
    }),
  );
  expect(UnprocessedItems?.[table]).toHaveLength(1);
  const cancelled = await dynamodb
    .send(
      new TransactWriteItemsCommand({
        TransactItems: [row(5), row(6, 'busy')].map((Item) => ({ Put: { TableName: table, Item } })),
      }),
    )
    .catch((error) => error);
  expect(cancelled).toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ProvisionedThroughputExceeded' }],
  });
  expect(await rows()).toBe(2);
});
