import { type DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { type CommandRecord, failedBucket, marketingBucket } from '@notify/shared-domain';
import { aCommand, aRow } from '@notify/shared-domain/testing';
import {
  createStreamProjection,
  DynamoDBQuarantine,
  PartiqlRowWriter,
  type StreamProjection,
} from '@notify/stream-projection';
import { aStreamEvent, aStreamRecord } from '@notify/stream-projection/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { notificationProjection } from './notification-projection.ts';

/** Far ahead: DynamoDB Local drops what has expired. */
const NOW = Date.UTC(2100);

let dynamodb: DynamoDBClient;
let rows: string;
let quarantine: string;
let project: StreamProjection;
let sequenceNumber: number;

beforeEach(async () => {
  dynamodb = testClient();
  rows = await createTestTable('notification-records', dynamodb);
  quarantine = await createTestTable('projection-quarantine', dynamodb);
  sequenceNumber = 0;
  const clock = () => NOW;
  project = createStreamProjection(notificationProjection, {
    rows: new PartiqlRowWriter(dynamodb, rows),
    quarantine: new DynamoDBQuarantine(dynamodb, quarantine, { clock }),
    clock,
  });
});

type EventName = 'INSERT' | 'MODIFY' | 'REMOVE';

/** Delivers what happened to a command; gives the version it has got. */
const happened = async (eventName: EventName, command: Record<string, unknown>): Promise<string> => {
  sequenceNumber++;
  const { transaction_id, created_at } = command;
  const keys = { transaction_id, created_at };
  const table = 'command-records';
  const record = aStreamRecord({ eventName, table, sequenceNumber, keys, image: command });
  const answer = await project(aStreamEvent(record), { remainingTimeMs: () => 60_000 });
  expect(answer).toEqual({ batchItemFailures: [] });
  return String(sequenceNumber).padStart(40, '0');
};

const plain = (items: Record<string, { S?: string; N?: string; BOOL?: boolean }>[] = []) =>
  items.map((item) =>
    Object.fromEntries(Object.entries(item).map(([name, { S, N, BOOL }]) => [name, S ?? BOOL ?? Number(N)])),
  );

const stored = async (table: string) =>
  plain((await dynamodb.send(new ScanCommand({ TableName: table }))).Items as never);

const inIndex = async (IndexName: string, name: string, value: string | number | undefined) => {
  const { Items: items } = await dynamodb.send(
    new QueryCommand({
      TableName: rows,
      IndexName,
      KeyConditionExpression: '#name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: {
        ':value': typeof value === 'number' ? { N: `${value}` } : { S: `${value}` },
      },
    }),
  );
  return plain(items as never);
};

const campaignBucket = (command: CommandRecord) =>
  marketingBucket(command.marketing_id ?? '', failedBucket(command));

/** In how many of its indexes the row of a command is. */
const memberships = async (command: CommandRecord) => ({
  user: (await inIndex('user_id-index', 'user_id', command.user_id)).length,
  marketing: (await inIndex('marketing_id-index', 'marketing_bucket', campaignBucket(command))).length,
  failed: (await inIndex('failed-index', 'failed_bucket', failedBucket(command))).length,
});

const full = aCommand({
  marketing_id: 'm-1',
  device_token: 'secret',
  payload: '{"aps":{"alert":{"body":"From the payload"}}}',
  error_msg: 'Unregistered',
  ap_id: 'app',
  sns_id: 'sns',
  retry_cnt: 1,
  status: 'FAILED',
  send_ts: 1,
  delivered_ts: 2,
  failed_ts: 3,
});

describe('a command', () => {
  it('becomes the row that the domain says, with every column it can have', async () => {
    const version = await happened('INSERT', full);
    const expected = { ...aRow(full), version };
    expect(await stored(rows)).toEqual([expected]);
    expect(expected).toMatchObject({ notification_body: 'From the payload', token: 'secret' });
    expect(Object.keys(expected).sort()).toEqual(
      [...new Set([...notificationProjection.columns, 'version'])].sort(),
    );
  });

  it('that is modified loses what it no longer has', async () => {
    await happened('INSERT', full);
    const sparse = aCommand({ transaction_id: full.transaction_id, created_at: full.created_at });
    const version = await happened('MODIFY', sparse);
    expect(await stored(rows)).toEqual([{ ...aRow(sparse), version }]);
    expect(await memberships({ ...full })).toMatchObject({ marketing: 0, failed: 0 });
  });

  it('is in failed-index only while it is failed', async () => {
    await happened('INSERT', { ...full, status: 'SENT' });
    expect(await memberships(full)).toEqual({ user: 1, marketing: 1, failed: 0 });
    await happened('MODIFY', full);
    expect(await memberships(full)).toEqual({ user: 1, marketing: 1, failed: 1 });
    await happened('MODIFY', { ...full, status: 'DELIVERED' });
    expect(await memberships(full)).toEqual({ user: 1, marketing: 1, failed: 0 });
  });

  it('that is removed is in no index any more, and comes back when it is made again', async () => {
    await happened('INSERT', full);
    const version = await happened('REMOVE', full);
    expect(await memberships(full)).toEqual({ user: 0, marketing: 0, failed: 0 });
    const { transaction_id, created_at } = full;
    const expires_at = NOW / 1_000 + 15 * 86_400;
    expect(await stored(rows)).toEqual([{ transaction_id, created_at, version, deleted: true, expires_at }]);
    const again = await happened('INSERT', full);
    expect(await stored(rows)).toEqual([{ ...aRow(full), version: again }]);
    expect(await memberships(full)).toEqual({ user: 1, marketing: 1, failed: 1 });
  });

  it('counts empty strings and nulls as absent and ignores what it does not know', async () => {
    const odd = { error_msg: '', marketing_id: null, unknown: { SS: ['a'] }, precise: { N: '0.1' } };
    await happened('INSERT', { ...aCommand(), ...odd });
    const [row] = await stored(rows);
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['error_msg']));
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['marketing_id']));
  });
});

describe('a malformed command', () => {
  it.each([
    ['lacks its platform', { platform: undefined }, 'Missing: platform.'],
    ['has an unknown status', { status: 'LOST' }, 'Invalid: status.'],
    ['has a time that is no integer', { send_ts: { N: '1.5' } }, 'send_ts is not a safe integer.'],
    [
      'has a type that is not projected',
      { payload: { B: 'AA==' } },
      'payload has a type that is not projected.',
    ],
  ])('that %s is put into quarantine, and its row stays', async (_, defect, detail) => {
    const version = await happened('INSERT', aCommand());
    await happened('MODIFY', { ...aCommand(), ...defect });
    expect(await stored(rows)).toEqual([{ ...aRow(), version }]);
    const { transaction_id, created_at } = aCommand();
    expect(await stored(quarantine)).toMatchObject([
      {
        table_key: `command-records#["${transaction_id}","${created_at}"]`,
        error_code: 'RECORD.INVALID',
        error_detail: detail,
      },
    ]);
  });
});
