import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  BatchWriteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { powertoolsProjection } from '@notify/peers';
import { notificationProjection } from '@notify/read-model';
import {
  createStreamProjection,
  DynamoDBQuarantine,
  PartiqlRowWriter,
  type Quarantine,
  type RowWriter,
  type StreamProjection,
} from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { chunksOf, eachOf } from '../measurement.ts';

/** A way to bring a batch into the table. What `prepare` does is not measured. */
export interface Variant {
  readonly name: string;
  prepare(
    dynamodb: DynamoDBClient,
    table: string,
    batches: readonly (readonly DynamoDBRecord[])[],
  ): (batch: readonly DynamoDBRecord[]) => Promise<unknown>;
}

const REQUESTS_IN_FLIGHT = 8;
const SINGLE_WRITES_IN_FLIGHT = 32;
const STATEMENTS = 25;
const inTime = { remainingTimeMs: () => 900_000 };

/** (a) The engine as the function runs it. */
export const engine: Variant = {
  name: 'engine',
  prepare: (dynamodb, table) =>
    whole(
      createStreamProjection(notificationProjection, {
        rows: new PartiqlRowWriter(dynamodb, table),
        quarantine: new DynamoDBQuarantine(dynamodb, 'unused'),
      }),
    ),
};

/** (b) What the engine replaces: one conditional UpdateItem for each record. */
export const singleWrites: Variant = {
  name: 'single writes',
  prepare: (dynamodb, table) => (batch) =>
    eachOf(batch, SINGLE_WRITES_IN_FLIGHT, (record) => dynamodb.send(toUpdate(table, toItem(record)))),
};

/** (c) The floor: rows that are there already, written without a condition. */
export const batchWrites: Variant = {
  name: 'batch writes',
  prepare: (dynamodb, table, batches) => {
    const items = new Map(batches.flat().map((record) => [record, toItem(record)]));
    return (batch) =>
      eachOf(chunksOf(batch, STATEMENTS), REQUESTS_IN_FLIGHT, async (records) => {
        const requests = records.map((record) => ({ PutRequest: { Item: items.get(record) } }));
        const { UnprocessedItems: unprocessed } = await dynamodb.send(
          new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
        );
        if (Object.keys(unprocessed ?? {}).length > 0) throw new Error('DynamoDB Local throttled.');
      });
  },
};

/** (d) The engine over stores that do nothing: what it costs by itself. */
export const engineAlone: Variant = {
  name: 'engine alone',
  prepare: () => {
    const rows: RowWriter = {
      write: async (_, changes) => ({ outcomes: changes.map(() => ({ status: 'written' })), retried: 0 }),
    };
    const quarantine: Quarantine = { put: async () => ({ outcomes: [], retried: 0 }) };
    return whole(createStreamProjection(notificationProjection, { rows, quarantine }));
  },
};

/** (e) The floor of PartiQL: statements that are there already, as the engine would send them. */
export const readyStatements: Variant = {
  name: 'ready statements',
  prepare: (dynamodb, table, batches) => {
    const statements = new Map(batches.flat().map((record) => [record, toStatement(table, record)]));
    return (batch) =>
      eachOf(chunksOf(batch, STATEMENTS), REQUESTS_IN_FLIGHT, async (records) => {
        const Statements = records.flatMap((record) => statements.get(record) ?? []);
        const { Responses: responses } = await dynamodb.send(
          new BatchExecuteStatementCommand({ Statements }),
        );
        const failed = responses?.find((response) => response.Error);
        if (failed) throw new Error(`A statement failed: ${failed.Error?.Message}`);
      });
  },
};

/** (f) What a function would be made of otherwise: a batch library, and one conditional put for each record. */
export const powertools: Variant = {
  name: 'powertools batch',
  prepare: (dynamodb, table) =>
    whole(powertoolsProjection(dynamodb, table, (image) => notificationProjection.project(image))),
};

const whole =
  (project: StreamProjection | ReturnType<typeof powertoolsProjection>) =>
  async (batch: readonly DynamoDBRecord[]) => {
    const { batchItemFailures } = await project({ Records: [...batch] }, inTime);
    if (batchItemFailures.length > 0) throw new Error('The engine gave records back.');
  };

type Item = Record<string, AttributeValue>;

/** The stored row of a record, made in the plainest way. */
const toItem = ({ eventName, dynamodb }: DynamoDBRecord): Item => {
  const item: Item = {
    ...(dynamodb?.Keys as Item),
    version: { S: (dynamodb?.SequenceNumber ?? '').padStart(40, '0') },
  };
  if (eventName === 'REMOVE') return { ...item, deleted: { BOOL: true }, expires_at: { N: '4102444800' } };
  const image: Record<string, unknown> = {};
  for (const [name, { S, N }] of Object.entries(dynamodb?.NewImage ?? {})) image[name] = S ?? Number(N);
  for (const [name, value] of Object.entries(notificationProjection.project(image))) {
    item[name] = typeof value === 'number' ? { N: String(value) } : { S: String(value) };
  }
  return item;
};

const KEY = notificationProjection.key.map(({ name }) => name);
const COLUMNS = [...notificationProjection.columns, 'deleted', 'expires_at'].filter(
  (name) => !KEY.includes(name),
);

const toUpdate = (table: string, item: Item): UpdateItemCommand => {
  const present = COLUMNS.filter((name) => item[name]);
  const absent = COLUMNS.filter((name) => !item[name]);
  const sets = ['version', ...present].map((name) => `#${name} = :${name}`);
  return new UpdateItemCommand({
    TableName: table,
    Key: Object.fromEntries(KEY.flatMap((name) => (item[name] ? [[name, item[name]]] : []))),
    UpdateExpression: `SET ${sets} REMOVE ${absent.map((name) => `#${name}`)}`,
    ConditionExpression: 'attribute_not_exists(#version) OR #version < :version',
    ExpressionAttributeNames: Object.fromEntries(['version', ...COLUMNS].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      ['version', ...present].map((name) => [`:${name}`, item[name] as AttributeValue]),
    ),
  });
};

const toStatement = (table: string, record: DynamoDBRecord): BatchStatementRequest => {
  const item = toItem(record);
  if (record.eventName === 'INSERT') {
    const names = Object.keys(item).map((name) => `'${name}':?`);
    return { Statement: `INSERT INTO "${table}" VALUE {${names}}`, Parameters: Object.values(item) };
  }
  const present = ['version', ...COLUMNS].filter((name) => item[name]);
  const absent = COLUMNS.filter((name) => !item[name]);
  const parameters = [...present, ...KEY, 'version'].flatMap((name) => item[name] ?? []);
  return {
    Statement:
      `UPDATE "${table}" ${present.map((name) => `SET "${name}"=?`).join(' ')} ` +
      `${absent.map((name) => `REMOVE "${name}"`).join(' ')} ` +
      `WHERE ${KEY.map((name) => `"${name}"=?`).join(' AND ')} AND ("version" < ? OR "version" IS MISSING)`,
    Parameters: parameters,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};
