import { randomUUID } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Backoff } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { AppError } from '@notify/shared-domain';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { type QuarantineEntry, toQuarantineEntry } from '../quarantine.ts';
import { NOW } from '../testing/account-stage.ts';
import { accounts } from '../testing/accounts.ts';
import { Faults } from '../testing/faults.ts';
import { aStreamRecord, type StreamRecordFields } from '../testing/stream-events.ts';
import { DynamoDBQuarantine } from './dynamodb-quarantine.ts';

const inTime = { remainingTimeMs: () => 60_000 };
const backoff = new Backoff({ attempts: 3, sleep: async () => {} });

let dynamodb: DynamoDBClient;
let table: string;
let quarantine: DynamoDBQuarantine;

beforeEach(async () => {
  dynamodb = testClient({ maxAttempts: 1 });
  table = await createTestTable('projection-quarantine', dynamodb);
  quarantine = new DynamoDBQuarantine(dynamodb, table, { backoff, clock: () => NOW });
});

const anEntry = (fields: StreamRecordFields = {}): QuarantineEntry =>
  toQuarantineEntry(
    aStreamRecord(fields),
    new AppError('RECORD.INVALID', { detail: 'Missing: owner.' }),
    accounts.key,
  );

const stored = async (): Promise<Record<string, AttributeValue>[]> =>
  (await dynamodb.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];

const statuses = async (...entries: QuarantineEntry[]) =>
  (await quarantine.put(entries, inTime)).outcomes.map(({ status }) => status);

describe('an entry', () => {
  it('tells what came, from where, when, and why it is here', async () => {
    const image = { owner: { B: 'AQI=' }, balance: { N: '1.5' } };
    expect(await statuses(anEntry({ eventName: 'MODIFY', sequenceNumber: '123', image }))).toEqual([
      'stored',
    ]);
    expect(await stored()).toEqual([
      {
        table_key: { S: 'accounts#["a","1"]' },
        version: { S: '123'.padStart(40, '0') },
        sequence_number: { S: '123' },
        source_table: { S: 'accounts' },
        source_arn: {
          S: 'arn:aws:dynamodb:eu-central-1:000000000000:table/accounts/stream/2026-01-01T00:00:00.000',
        },
        event_name: { S: 'MODIFY' },
        error_code: { S: 'RECORD.INVALID' },
        error_detail: { S: 'Missing: owner.' },
        keys: { M: { account: { S: 'a' }, number: { N: '1' } } },
        image: {
          M: {
            account: { S: 'a' },
            number: { N: '1' },
            owner: { B: new Uint8Array([1, 2]) },
            balance: { N: '1.5' },
          },
        },
        first_seen: { S: '2100-01-01T00:00:00.000Z' },
        expires_at: { N: String(NOW / 1_000 + 14 * 86_400) },
      },
    ]);
  });

  it('stays as it was when it comes again', async () => {
    await quarantine.put([anEntry()], inTime);
    const later = new DynamoDBQuarantine(dynamodb, table, { clock: () => NOW + 1_000 });
    const { outcomes } = await later.put([anEntry()], inTime);
    expect(outcomes).toEqual([{ status: 'known' }]);
    expect(await stored()).toMatchObject([{ first_seen: { S: '2100-01-01T00:00:00.000Z' } }]);
  });

  it.each([
    ['too large', { owner: 'x'.repeat(409_500) }],
    ['nested too deeply', { owner: JSON.parse(`${'{"L":['.repeat(32)}{"S":"a"}${']}'.repeat(32)}`) }],
    ['no image at all', { owner: { X: 1 } as never }],
  ])('comes without its image when that is %s', async (_, image) => {
    expect(await statuses(anEntry({ image }), anEntry({ sequenceNumber: 2 }))).toEqual(['stored', 'stored']);
    const items = (await stored()).sort((a, b) => Number(a.version?.S) - Number(b.version?.S));
    expect(items[0]).toMatchObject({ image_omitted: { BOOL: true }, keys: { M: { account: { S: 'a' } } } });
    expect(items[0]?.image).toBeUndefined();
    expect(items[1]?.image).toBeDefined();
  });

  it('stands under the digest of a key that is too long', async () => {
    const [a, b] = ['a', 'b'].map((end) =>
      anEntry({ keys: { account: 'x'.repeat(2_047) + end, number: 1 } }),
    );
    expect(a?.tableKey).toMatch(/^accounts#sha256:[0-9a-f]{64}$/);
    expect(a?.tableKey).not.toBe(b?.tableKey);
    expect(await statuses(...[a, b].flatMap((entry) => entry ?? []))).toEqual(['stored', 'stored']);
  });

  it('leaves out what its record does not have, or not as DynamoDB would', async () => {
    const error = new AppError('RECORD.INVALID', { detail: 'd'.repeat(1_001) });
    const broken = {
      dynamodb: { Keys: { account: 1 }, SequenceNumber: 5 },
      eventName: 7,
      eventSourceARN: null,
    };
    const { outcomes } = await quarantine.put(
      [toQuarantineEntry(broken as unknown as DynamoDBRecord, error, accounts.key)],
      inTime,
    );
    expect(outcomes).toEqual([{ status: 'stored' }]);
    expect(await stored()).toEqual([
      {
        table_key: { S: 'unknown#[1,null]' },
        version: { S: expect.stringMatching(/^digest:/) },
        source_table: { S: 'unknown' },
        error_code: { S: 'RECORD.INVALID' },
        error_detail: { S: 'd'.repeat(1_000) },
        raw: { S: JSON.stringify(broken) },
        first_seen: { S: '2100-01-01T00:00:00.000Z' },
        expires_at: { N: String(NOW / 1_000 + 14 * 86_400) },
      },
    ]);
  });

  it('of a removed item has no image to omit', async () => {
    await quarantine.put([anEntry({ eventName: 'REMOVE' })], inTime);
    const [item] = await stored();
    expect(item).toMatchObject({ event_name: { S: 'REMOVE' } });
    expect(item).not.toHaveProperty('image_omitted');
    expect(item).not.toHaveProperty('image');
  });

  it('expires by the clock of the machine if no other one is given', async () => {
    const before = Math.floor(Date.now() / 1_000);
    await new DynamoDBQuarantine(dynamodb, table).put([anEntry()], inTime);
    const [item] = await stored();
    const expiresAt = Number(item?.expires_at?.N) - 14 * 86_400;
    expect(expiresAt).toBeGreaterThanOrEqual(before);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  it('is kept for as long as it is told', async () => {
    const short = new DynamoDBQuarantine(dynamodb, table, { clock: () => NOW, retentionDays: 1 });
    await short.put([anEntry()], inTime);
    expect(await stored()).toMatchObject([{ expires_at: { N: String(NOW / 1_000 + 86_400) } }]);
  });
});

it('takes many at once', async () => {
  const entries = Array.from({ length: 130 }, (_, i) => anEntry({ sequenceNumber: i }));
  expect(new Set(await statuses(...entries))).toEqual(new Set(['stored']));
  expect(await stored()).toHaveLength(130);
});

it('gives back what it could not store', async () => {
  const faults = new Faults(dynamodb, table);
  faults.set({ kind: 'unreachable', table: 'quarantine' });
  expect(await quarantine.put([anEntry()], inTime)).toEqual({
    outcomes: [{ status: 'failed', cause: 'InternalServerError' }],
    retried: 3,
  });
  const lost = new DynamoDBQuarantine(dynamodb, `no-such-table-${randomUUID()}`, { backoff });
  faults.set();
  expect(await lost.put([anEntry()], inTime)).toMatchObject({ outcomes: [{ status: 'failed' }] });
});

it('does not look for an image to leave out where there is none', async () => {
  const entry = { ...anEntry({ eventName: 'REMOVE' }), version: '' };
  expect(await quarantine.put([entry], inTime)).toEqual({
    outcomes: [{ status: 'failed', cause: 'ValidationError' }],
    retried: 0,
  });
});

it('gives back what DynamoDB refuses even without an image', async () => {
  const entry = { ...anEntry(), version: '' };
  expect(await quarantine.put([entry], inTime)).toMatchObject({
    outcomes: [{ status: 'failed', cause: 'ValidationError' }],
  });
});
