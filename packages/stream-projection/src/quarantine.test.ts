import { AppError } from '@notify/shared-domain';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toQuarantineEntry } from './quarantine.ts';
import { accounts } from './testing/accounts.ts';
import { aStreamRecord } from './testing/stream-events.ts';

const error = new AppError('RECORD.INVALID');
const entryOf = (record: DynamoDBRecord) => toQuarantineEntry(record, error, accounts.key);

describe('the table key of an entry', () => {
  it('names the table and the item', () => {
    const record = aStreamRecord({ table: 'orders', keys: { account: 'a"b', number: -5 } });
    expect(entryOf(record)).toMatchObject({ tableKey: 'orders#["a\\"b","-5"]', error, record });
  });

  it.each([
    [{ account: { B: 'AQI=' }, number: { N: '1' } }, 'accounts#[{"B":"AQI="},"1"]'],
    [{ account: { S: '' } }, 'accounts#["",null]'],
    [undefined, 'accounts#[null,null]'],
  ])('says what there is of the key %j', (Keys, tableKey) => {
    const record = aStreamRecord();
    const changed = { ...record, dynamodb: { ...record.dynamodb, Keys } } as DynamoDBRecord;
    expect(entryOf(changed).tableKey).toBe(tableKey);
  });

  it('needs neither a stream record nor a table', () => {
    expect(entryOf({}).tableKey).toBe('unknown#[null,null]');
    expect(entryOf({ eventSourceARN: 'no ARN' }).tableKey).toBe('unknown#[null,null]');
  });

  it('is there whatever stands in the place of the event’s names', () => {
    const nameless = { eventID: { S: 'x' }, eventSourceARN: 7 } as unknown as DynamoDBRecord;
    expect(entryOf(nameless)).toMatchObject({
      tableKey: 'unknown#[null,null]',
      version: expect.stringMatching(/^digest:/),
    });
  });

  it('is a digest when the key is longer than DynamoDB takes, in bytes', () => {
    const around = Buffer.byteLength(entryOf(aStreamRecord({ keys: { account: '', number: 1 } })).tableKey);
    const keyed = (account: string) => entryOf(aStreamRecord({ keys: { account, number: 1 } })).tableKey;
    const longest = 'é'.repeat((2_047 - around) / 2).concat('x');
    expect(Buffer.byteLength(keyed(longest))).toBe(2_048);
    expect(keyed(`${longest}x`)).toMatch(/^accounts#sha256:[0-9a-f]{64}$/);
    expect(keyed(`${longest}x`)).not.toBe(keyed(`${longest}y`));
  });
});

describe('the version of an entry', () => {
  const without = (record: DynamoDBRecord): DynamoDBRecord => ({
    ...record,
    dynamodb: { Keys: record.dynamodb?.Keys ?? {} },
  });

  it('is the record’s', () => {
    expect(entryOf(aStreamRecord({ sequenceNumber: 7 })).version).toBe('7'.padStart(40, '0'));
  });

  it('is made of the event when the record has none', () => {
    const [a, b] = [1, 2].map(
      (sequenceNumber) => entryOf(without(aStreamRecord({ sequenceNumber }))).version,
    );
    expect(a).toMatch(/^event:[0-9a-f]{64}$/);
    expect(a).not.toBe(b);
  });

  it('is made of everything when there is no event either, the same each time', () => {
    const versions = ['a', 'b', 'a'].map((account) => {
      const { eventID: _, ...record } = without(aStreamRecord({ keys: { account, number: 1 } }));
      return entryOf(record).version;
    });
    expect(versions[0]).toMatch(/^digest:[0-9a-f]{64}$/);
    expect(versions[0]).not.toBe(versions[1]);
    expect(versions[0]).toBe(versions[2]);
  });
});
