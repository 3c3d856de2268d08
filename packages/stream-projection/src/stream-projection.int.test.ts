import { randomUUID } from 'node:crypto';
import { testClient } from '@notify/dynamodb-local/testing';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccountStage, NOW } from './testing/account-stage.ts';
import { createAccountTables } from './testing/accounts.ts';
import { aStreamEvent, aStreamRecord } from './testing/stream-events.ts';

let stage: AccountStage;

beforeEach(async () => {
  const dynamodb = testClient({ maxAttempts: 1 });
  stage = new AccountStage(dynamodb, await createAccountTables(dynamodb, randomUUID()));
});

const project = async (...records: DynamoDBRecord[]): Promise<string | undefined> => {
  const answer = await stage.project(aStreamEvent(...records), stage.faults);
  expect(answer.batchItemFailures.length).toBeLessThan(2);
  return answer.batchItemFailures[0]?.itemIdentifier;
};

const report = () => stage.reports.at(-1);
const version = (n: number | string) => String(n).padStart(40, '0');

describe('a batch', () => {
  it('is projected row by row', async () => {
    const failed = await project(
      aStreamRecord({
        sequenceNumber: 1,
        keys: { account: 'a', number: 1 },
        image: { owner: 'Ada', balance: 5 },
      }),
      aStreamRecord({
        sequenceNumber: 2,
        keys: { account: 'a', number: 2 },
        image: { owner: 'Bob', extra: 'x' },
      }),
    );
    expect(failed).toBeUndefined();
    expect(await stage.rows('a')).toEqual([
      { account: 'a', number: 1, version: version(1), owner: 'Ada', balance: 5 },
      { account: 'a', number: 2, version: version(2), owner: 'Bob' },
    ]);
  });

  it('takes only the newest image of a key, by number and not by text or place', async () => {
    await project(
      aStreamRecord({ sequenceNumber: '999', eventName: 'INSERT', image: { owner: 'first' } }),
      aStreamRecord({ sequenceNumber: '10000', eventName: 'MODIFY', image: { owner: 'newest' } }),
      aStreamRecord({ sequenceNumber: '1000', eventName: 'MODIFY', image: { owner: 'second' } }),
      aStreamRecord({ sequenceNumber: '1000', eventName: 'MODIFY', image: { owner: 'second' } }),
    );
    expect(await stage.rows('a')).toMatchObject([{ version: version(10_000), owner: 'newest' }]);
    expect(report()).toMatchObject({ records: 4, projected: 1, superseded: 3, retried: 0 });
  });

  it('tells what became of its records, and nothing of what is in them', async () => {
    await project(
      aStreamRecord({ sequenceNumber: 5, writtenAt: NOW - 3_000, image: { owner: 'Secret' } }),
      aStreamRecord({ sequenceNumber: 6, writtenAt: NOW - 2_000, eventName: 'REMOVE' }),
      aStreamRecord({ sequenceNumber: 7, writtenAt: NOW - 1_000, image: { note: 'Secret' } }),
    );
    expect(report()).toEqual({
      records: 3,
      projected: 1,
      superseded: 1,
      stale: 0,
      quarantined: 1,
      requarantined: 0,
      failed: 0,
      tombstoned: 1,
      retried: 0,
      source: 'arn:aws:dynamodb:eu-central-1:000000000000:table/accounts/stream/2026-01-01T00:00:00.000',
      firstSequenceNumber: '5',
      lastSequenceNumber: '7',
      failedSequenceNumber: undefined,
      lagMs: 3_000,
      lastWrittenAt: NOW - 1_000,
      causes: { 'RECORD.INVALID': 1 },
    });
  });

  it('may be empty', async () => {
    expect(await project()).toBeUndefined();
    expect(report()).toMatchObject({ records: 0, lagMs: undefined, source: undefined });
  });
});

describe('a removed item', () => {
  const expiresAt = NOW / 1_000 + 15 * 86_400;

  it('leaves a tombstone that no older image gets past', async () => {
    await project(aStreamRecord({ sequenceNumber: 1, image: { owner: 'Ada', region: 'north' } }));
    await project(aStreamRecord({ sequenceNumber: 3, eventName: 'REMOVE' }));
    await project(aStreamRecord({ sequenceNumber: 2, eventName: 'MODIFY', image: { owner: 'Bob' } }));
    expect(report()).toMatchObject({ stale: 1, projected: 0 });
    expect(await stage.rows('a')).toEqual([
      { account: 'a', number: 1, version: version(3), deleted: true, expires_at: expiresAt },
    ]);
  });

  it('leaves one even when its row never was', async () => {
    await project(aStreamRecord({ sequenceNumber: 3, eventName: 'REMOVE' }));
    expect(await stage.rows('a')).toMatchObject([{ deleted: true, expires_at: expiresAt }]);
  });

  it('can be made again', async () => {
    await project(aStreamRecord({ sequenceNumber: 3, eventName: 'REMOVE' }));
    await project(aStreamRecord({ sequenceNumber: 4, image: { owner: 'Ada' } }));
    expect(await stage.rows('a')).toEqual([{ account: 'a', number: 1, version: version(4), owner: 'Ada' }]);
  });
});

describe('a malformed image', () => {
  it('goes to quarantine once, and the row keeps its last well-formed image', async () => {
    const malformed = aStreamRecord({ sequenceNumber: 2, eventName: 'MODIFY', image: { note: 'no owner' } });
    const batch = [aStreamRecord({ sequenceNumber: 1 }), malformed, malformed];
    expect(await project(...batch)).toBeUndefined();
    expect(report()).toMatchObject({ projected: 1, quarantined: 1, superseded: 1 });
    expect(await project(...batch)).toBeUndefined();
    expect(report()).toMatchObject({ stale: 1, quarantined: 0, requarantined: 1 });
    expect(await stage.rows('a')).toMatchObject([{ version: version(1) }]);
    expect(await stage.quarantined('a', 1)).toMatchObject([{ version: version(2) }]);
  });

  it('goes there even when a newer image is well-formed', async () => {
    await project(
      aStreamRecord({ sequenceNumber: 1, image: {} }),
      aStreamRecord({ sequenceNumber: 2, eventName: 'MODIFY' }),
    );
    expect(await stage.quarantined('a', 1)).toHaveLength(1);
    expect(await stage.rows('a')).toMatchObject([{ version: version(2) }]);
  });

  it('comes again while quarantine is out of reach, and the rows are written all the same', async () => {
    stage.faults.set({ kind: 'unreachable', table: 'quarantine' });
    const failed = await project(
      aStreamRecord({ sequenceNumber: 1, keys: { account: 'a', number: 1 } }),
      aStreamRecord({ sequenceNumber: 9, keys: { account: 'a', number: 2 }, image: {} }),
      aStreamRecord({ sequenceNumber: 10, keys: { account: 'a', number: 3 } }),
      aStreamRecord({ sequenceNumber: 11, keys: { account: 'a', number: 4 }, image: {} }),
    );
    expect(failed).toBe('9');
    expect(await stage.rows('a')).toMatchObject([{ number: 1 }, { number: 3 }]);
    expect(report()).toMatchObject({
      failed: 2,
      causes: { InternalServerError: 2 },
      failedSequenceNumber: '9',
    });
  });

  it('of which there are many takes few requests', async () => {
    const records = Array.from({ length: 1_000 }, (_, i) => aStreamRecord({ sequenceNumber: i, image: {} }));
    stage.faults.set({ kind: 'none' });
    await project(...records);
    expect(report()).toMatchObject({ quarantined: 1_000 });
    expect(stage.faults.requests).toBe(40);
  });
});

describe('an image that DynamoDB refuses', () => {
  const refused = (sequenceNumber: number) =>
    aStreamRecord({ sequenceNumber, eventName: 'MODIFY', image: { owner: 'Eve', region: '' } });
  const tooLarge = (sequenceNumber: number) =>
    aStreamRecord({ sequenceNumber, eventName: 'MODIFY', image: { owner: 'x'.repeat(420_000) } });

  it('goes to quarantine, and the image before it is projected instead', async () => {
    const failed = await project(
      aStreamRecord({ sequenceNumber: 1, image: { owner: 'Ada' } }),
      aStreamRecord({ sequenceNumber: 2, eventName: 'MODIFY', image: { owner: 'Bob' } }),
      refused(3),
      tooLarge(4),
    );
    expect(failed).toBeUndefined();
    expect(await stage.rows('a')).toMatchObject([{ version: version(2), owner: 'Bob' }]);
    expect(await stage.quarantined('a', 1)).toMatchObject([
      { version: version(3), error_code: 'RECORD.INVALID' },
      { version: version(4), error_code: 'RECORD.TOO_LARGE', image_omitted: true },
    ]);
    expect(report()).toMatchObject({ records: 4, projected: 1, quarantined: 2, superseded: 1 });
  });

  it('gives way to the newest image that can be stored, in whatever order they came', async () => {
    const stored = aStreamRecord({ sequenceNumber: 1, image: { owner: 'Ada' } });
    await project(refused(4), stored, refused(3), refused(2));
    expect(await stage.rows('a')).toMatchObject([{ version: version(1) }]);
    expect(await stage.quarantined('a', 1)).toHaveLength(3);
  });

  it('brings the superseded image again with it when it could not be tried', async () => {
    stage.faults.set({ kind: 'unreachable', table: 'rows' });
    const batch = [aStreamRecord({ sequenceNumber: 8, image: { owner: 'Ada' } }), refused(10)];
    expect(await project(aStreamRecord({ sequenceNumber: 7, eventName: 'REMOVE' }), ...batch)).toBe('7');
    stage.faults.set();
    await project(...batch);
    expect(await stage.rows('a')).toMatchObject([{ owner: 'Ada' }]);
  });
});

describe('a failure that lasts', () => {
  it('brings everything again from the lowest sequence number that failed', async () => {
    stage.faults.set({ kind: 'partial', requests: 100, statements: [false, true], code: 'ThrottlingError' });
    const failed = await project(
      aStreamRecord({ sequenceNumber: '8', keys: { account: 'a', number: 1 } }),
      aStreamRecord({ sequenceNumber: '100', keys: { account: 'a', number: 2 } }),
      aStreamRecord({ sequenceNumber: '90', keys: { account: 'a', number: 3 } }),
      aStreamRecord({ sequenceNumber: '9', keys: { account: 'a', number: 4 } }),
    );
    const written = (await stage.rows('a')).map(({ number }) => number);
    const numbers: Record<string, number> = { 8: 1, 9: 4, 90: 3, 100: 2 };
    const lowest = Object.entries(numbers).find(([, number]) => !written.includes(number));
    expect(failed).toBe(lowest?.[0]);
  });

  it('writes nothing when the time is up before it begins', async () => {
    stage.faults.set({ kind: 'out-of-time', requests: 0 });
    expect(await project(aStreamRecord({ sequenceNumber: 5 }), aStreamRecord({ sequenceNumber: 4 }))).toBe(
      '4',
    );
    expect(stage.faults.requests).toBe(0);
    expect(report()).toMatchObject({ failed: 1, superseded: 1, causes: { OUT_OF_TIME: 1 } });
  });
});

describe('a broken stream record', () => {
  const record = aStreamRecord({ sequenceNumber: 1, keys: { account: 'broken', number: 1 } });
  const broken = (change: Record<string, unknown>): DynamoDBRecord =>
    ({ ...record, dynamodb: { ...record.dynamodb, ...change } }) as DynamoDBRecord;

  it.each<[string, DynamoDBRecord, string]>([
    ['has no keys', broken({ Keys: undefined }), 'The record has no keys.'],
    ['lacks a key', broken({ Keys: { account: { S: 'a' } } }), 'The key number is missing or not of type N.'],
    [
      'has an empty key',
      broken({ Keys: { account: { S: '' } } }),
      'The key account is missing or not of type S.',
    ],
    [
      'has a key of another type',
      broken({ Keys: { account: { N: '1' }, number: { N: '1' } } }),
      'The key account is missing or not of type S.',
    ],
    [
      'has a key that JavaScript cannot count',
      broken({ Keys: { account: { S: 'a' }, number: { N: '9007199254740993' } } }),
      'number is not a safe integer.',
    ],
    ['has no image', broken({ NewImage: undefined }), 'The record has no new image.'],
    ['has no sequence number', broken({ SequenceNumber: undefined }), 'The record has no sequence number.'],
    ['has a strange sequence number', broken({ SequenceNumber: 'x' }), 'The record has no sequence number.'],
    ['has an unknown event', { ...record, eventName: 'TRUNCATE' as never }, 'The event has no known name.'],
    ['has nothing', {}, 'The record has no sequence number.'],
  ])('that %s goes to quarantine once, and the batch goes on', async (_, malformed, detail) => {
    const good = aStreamRecord({ sequenceNumber: 2 });
    expect(await project(malformed, good)).toBeUndefined();
    expect(await project(malformed, good)).toBeUndefined();
    expect(await stage.everythingQuarantined()).toMatchObject([
      { error_code: 'RECORD.INVALID', error_detail: detail },
    ]);
    expect(await stage.rows('a')).toHaveLength(1);
  });

  it('whose key is too long for DynamoDB goes to quarantine', async () => {
    await project(aStreamRecord({ keys: { account: 'x'.repeat(2_049), number: 1 } }));
    expect(await stage.everythingQuarantined()).toMatchObject([{ error_code: 'RECORD.INVALID' }]);
  });

  it('without a place in the stream brings the whole batch again', async () => {
    stage.faults.set({ kind: 'unreachable', table: 'quarantine' });
    const malformed = aStreamRecord({ sequenceNumber: 3, image: {} });
    expect(await project(malformed, broken({ SequenceNumber: undefined }))).toBe('');
    expect(await project(broken({ SequenceNumber: undefined }), malformed)).toBe('');
  });
});
