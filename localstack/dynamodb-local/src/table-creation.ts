import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { type Table, type Tables, toCreateTable } from '@notify/dynamodb';
import { dynamodbLocalError } from './errors.ts';

export interface CreateTablesOptions {
  /** The name a table gets; its own by default. Tests isolate themselves with it. */
  readonly rename?: (name: string) => string;
}

/**
 * Creates each table that is not there yet: key, indexes (projection ALL), stream, time to live, on-demand billing.
 * @throws LocalError `TABLE.CHANGED` when one is there with other keys, indexes or stream
 */
export const createTables = async (
  client: DynamoDBClient,
  tables: Tables,
  { rename = (name) => name }: CreateTablesOptions = {},
): Promise<void> => {
  for (const [name, table] of Object.entries(tables)) {
    await createTable(client, rename(name), table);
  }
};

const createTable = async (client: DynamoDBClient, name: string, table: Table): Promise<void> => {
  const input = toCreateTable(name, table);
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table: existing } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (!existing || shapeOf(existing) !== shapeOf(input)) {
      throw dynamodbLocalError(
        'TABLE.CHANGED',
        `Table ${name} is there with other keys, indexes or stream.`,
        error,
      );
    }
  }
  await enableTimeToLive(client, name, table.ttl_attribute);
};

const enableTimeToLive = async (
  client: DynamoDBClient,
  name: string,
  attribute: string | null,
): Promise<void> => {
  if (!attribute) return;
  const { TimeToLiveDescription: current } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: name }),
  );
  if (current?.TimeToLiveStatus === 'ENABLED') return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
    }),
  );
};

/** What cannot differ between a table and its description without the stack misbehaving, as comparable text. */
const shapeOf = (table: CreateTableCommandInput | TableDescription): string =>
  JSON.stringify([
    table.KeySchema,
    (table.GlobalSecondaryIndexes ?? [])
      .map((index) => JSON.stringify([index.IndexName, index.KeySchema]))
      .sort(),
    table.StreamSpecification?.StreamViewType,
  ]);
