import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import type { CommandRecord } from '@notify/shared-domain';
import { aCommand } from '@notify/shared-domain/testing';
import { createStreamProjection, DynamoDBQuarantine, PartiqlRowWriter } from '@notify/stream-projection';
import { aStreamEvent, aStreamRecord } from '@notify/stream-projection/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ExplainOptions, explain, keysOfTransaction } from './explain.ts';
import { notificationProjection } from './notification-projection.ts';
import { keyItem, type RecordKey } from './record-key.ts';

/** The commands are of long ago, and the projection has come further than that. */
const CREATED = 1_700_000_000_000;
const NOW = CREATED + 3_600_000;
const CAUGHT_UP = { lagMs: 200, lastRecordAt: CREATED + 60_000 };
const KEY = { transaction_id: "tx 'one'", created_at: String(CREATED) };

let dynamodb: DynamoDBClient;
let tables: { commands: string; rows: string; quarantine: string };
let sequenceNumber: number;

beforeEach(async () => {
  dynamodb = testClient();
  const [commands = '', rows = '', quarantine = ''] = await Promise.all(
    ['command-records', 'notification-records', 'projection-quarantine'].map((name) =>
      createTestTable(name, dynamodb),
    ),
  );
  tables = { commands, rows, quarantine };
  sequenceNumber = 0;
});

type Fields = Partial<Record<keyof CommandRecord, unknown>>;
const command = (fields: Fields = {}) => ({
  ...aCommand({
    transaction_id: KEY.transaction_id,
    created_at: CREATED,
    device_token: 'secret',
    payload: '{}',
  }),
  ...fields,
});

/** A writer puts a command. */
const put = (fields: Fields = {}) =>
  dynamodb.send(new PutItemCommand({ TableName: tables.commands, Item: toItem(command(fields)) }));

/** The stream brings a change of it. */
const brought = (fields: Fields = {}, eventName: 'INSERT' | 'REMOVE' = 'INSERT') =>
  createStreamProjection(notificationProjection, {
    rows: new PartiqlRowWriter(dynamodb, tables.rows),
    quarantine: new DynamoDBQuarantine(dynamodb, tables.quarantine),
  })(
    aStreamEvent(
      aStreamRecord({
        eventName,
        table: tables.commands,
        sequenceNumber: ++sequenceNumber,
        keys: { transaction_id: KEY.transaction_id, created_at: CREATED },
        image: command(fields),
      }),
    ),
    { remainingTimeMs: () => 60_000 },
  );

const spoilRow = (name: string, value: string) =>
  dynamodb.send(
    new UpdateItemCommand({
      TableName: tables.rows,
      Key: keyItem(KEY),
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );

const explained = async (options: Partial<ExplainOptions> = {}, key: RecordKey = KEY) => {
  const [explanation] = await explain(dynamodb, tables, [key], {
    pulse: CAUGHT_UP,
    settle: async () => {},
    clock: () => NOW,
    ...options,
  });
  return explanation;
};

const REPROJECT = `notify reproject --transaction-id 'tx '\\''one'\\''' --created-at ${CREATED}`;
const REDRIVE = `notify redrive --transaction-id 'tx '\\''one'\\'''`;

describe('a notification is', () => {
  it('in step: its row is what the command projects to', async () => {
    await put();
    await brought();
    expect(await explained()).toMatchObject({
      transaction_id: KEY.transaction_id,
      created_at: CREATED,
      state: 'in step',
      reason: null,
      command: { status: 'SENT', device_token: '(not shown)', payload: '(not shown)' },
      row: { status: 'SENT', token: '(not shown)' },
      version: '1',
      delay_ms: null,
      quarantine: [],
      differences: [],
      remedy: null,
    });
  });

  it('in step: it was removed, and so was its row', async () => {
    await brought();
    await brought({}, 'REMOVE');
    expect(await explained()).toMatchObject({ state: 'in step', command: null, row: null, version: '2' });
  });

  it('in step, with what is left over in quarantine', async () => {
    await brought({ status: 'LOST' });
    await put();
    await brought();
    expect(await explained()).toMatchObject({
      state: 'in step',
      quarantine: [{ code: 'RECORD.INVALID' }],
      remedy: REDRIVE,
    });
  });

  it.each([
    ['as it is of just now', {}, { clock: () => CREATED + 5_000 }, 5_000],
    ['as it is newer than what the projection has come to', { send_ts: CREATED + 62_000 }, {}, 3_538_000],
    ['as the projection is behind', {}, { pulse: { ...CAUGHT_UP, lagMs: 60_000 } }, 3_600_000],
    [
      'as the projection has left no place yet',
      {},
      { pulse: { lagMs: undefined, lastRecordAt: undefined } },
      3_600_000,
    ],
  ])('on its way, %s', async (_, fields, options, delay_ms) => {
    await put(fields);
    expect(await explained(options)).toMatchObject({
      state: 'on its way',
      reason: null,
      row: null,
      version: null,
      delay_ms,
      remedy: 'notify lag',
    });
  });

  it('on its way, as it moves while it is looked at', async () => {
    await put();
    await brought({ status: 'FAILED' });
    const settle = () => brought({ status: 'DELIVERED' });
    expect(await explained({ settle })).toMatchObject({ state: 'on its way', row: { status: 'DELIVERED' } });
  });

  it('in step, as it arrives while it is looked at', async () => {
    await put();
    expect(await explained({ settle: () => brought() })).toMatchObject({ state: 'in step', delay_ms: null });
  });

  it('set aside: its command is malformed, and in quarantine', async () => {
    await brought();
    await put({ status: 'LOST' });
    await brought({ status: 'LOST' });
    expect(await explained()).toMatchObject({
      state: 'set aside',
      reason: 'RECORD.INVALID',
      command: { status: 'LOST' },
      row: { status: 'SENT' },
      version: '1',
      delay_ms: expect.any(Number),
      quarantine: [
        {
          code: 'RECORD.INVALID',
          detail: 'Invalid: status.',
          event_name: 'INSERT',
          source_table: tables.commands,
          transaction_id: KEY.transaction_id,
          created_at: CREATED,
          image: { status: 'LOST', device_token: '(not shown)', payload: '(not shown)' },
        },
      ],
      remedy: REDRIVE,
    });
  });

  it('set aside: its row would be too large', async () => {
    const large = { notification_body: 'x'.repeat(250_000), error_msg: 'y'.repeat(159_400) };
    await put(large);
    await brought(large);
    expect(await explained()).toMatchObject({ state: 'set aside', reason: 'RECORD.TOO_LARGE' });
  });

  it('different, and says by what', async () => {
    await put({ status: 'FAILED', error_msg: 'gone' });
    await brought({ status: 'FAILED', error_msg: 'gone' });
    await spoilRow('status', 'SENT');
    await spoilRow('token', 'of somebody else');
    expect(await explained()).toMatchObject({
      state: 'differs',
      reason: 'status, token',
      delay_ms: 3_600_000,
      differences: [
        { field: 'status', expected: 'FAILED', actual: 'SENT' },
        { field: 'token', expected: '(not shown)', actual: '(not shown)' },
      ],
      remedy: REPROJECT,
    });
  });

  it.each([
    ['the row is missing', () => put(), REPROJECT],
    ['the row has no command', () => brought(), 'notify rebuild'],
    ['the command is malformed, and not in quarantine', () => put({ status: 'LOST' }), REPROJECT],
  ])('different: %s', async (reason, bringAbout, remedy) => {
    await bringAbout();
    expect(await explained()).toMatchObject({ state: 'differs', reason, differences: [], remedy });
  });

  it('unknown: there is no trace of it', async () => {
    expect(await explained()).toMatchObject({
      state: 'unknown',
      command: null,
      row: null,
      version: null,
      remedy: null,
    });
  });
});

it('shows what is private to those who may see it', async () => {
  await put();
  await brought();
  expect(await explained({ showsPrivate: true })).toMatchObject({
    command: { device_token: 'secret', payload: '{}' },
    row: { token: 'secret' },
  });
});

it('shows of a long text its beginning, and of unknown attributes nothing', async () => {
  await put({ notification_body: 'x'.repeat(2_000), iban: 'DE00' } as Fields);
  const { command: shown } = (await explained()) ?? {};
  expect(shown?.['notification_body']).toBe(`${'x'.repeat(1_000)}…`);
  expect(shown).not.toHaveProperty('iban');
});

it('finds what a transaction consists of, newest first, page by page', async () => {
  const transaction_id = KEY.transaction_id;
  for (const created_at of [1, 2, 3, 4]) await put({ created_at });
  await brought();
  await dynamodb.send(
    new DeleteItemCommand({
      TableName: tables.commands,
      Key: keyItem({ transaction_id, created_at: '2' }),
    }),
  );
  const first = await keysOfTransaction(dynamodb, tables, transaction_id, 2, undefined);
  expect(first.map((key) => key.created_at)).toEqual([String(CREATED), '4']);
  const rest = await keysOfTransaction(dynamodb, tables, transaction_id, 9, {
    transactionId: transaction_id,
    createdAt: 4,
  });
  expect(rest.map((key) => key.created_at)).toEqual(['3', '1']);
});
