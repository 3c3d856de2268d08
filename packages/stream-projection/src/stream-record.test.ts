import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { readImage, versionOf } from './stream-record.ts';
import { accounts } from './testing/accounts.ts';
import { aStreamRecord } from './testing/stream-events.ts';

const changed = (change: Record<string, unknown>): DynamoDBRecord => {
  const record = aStreamRecord();
  return { ...record, dynamodb: { ...record.dynamodb, ...change } } as DynamoDBRecord;
};

describe('versionOf', () => {
  it.each(['0', '7', '9'.repeat(40)])('pads %s to 40 digits', (SequenceNumber) => {
    expect(versionOf(changed({ SequenceNumber }))).toBe(SequenceNumber.padStart(40, '0'));
  });

  it.each([undefined, null, 7, '', 'x', '1x', 'x1', '-1', '1.0', ' 1', '1'.repeat(41)])(
    'takes %j for none',
    (SequenceNumber) => expect(versionOf(changed({ SequenceNumber }))).toBeUndefined(),
  );

  it('needs a stream record', () => {
    expect(versionOf({})).toBeUndefined();
  });
});

describe('readImage', () => {
  it('gives key, version and row', () => {
    expect(
      readImage(aStreamRecord({ sequenceNumber: 12, keys: { account: 'a', number: 5 } }), accounts),
    ).toEqual({
      id: '1:a1:5',
      key: [{ S: 'a' }, { N: '5' }],
      version: '12'.padStart(40, '0'),
      row: { owner: 'Ada' },
    });
  });

  it('gives equal numbers one key, however they are written', () => {
    const five = readImage(changed({ Keys: { account: { S: 'a' }, number: { N: '5.0' } } }), accounts);
    expect(five.key).toEqual([{ S: 'a' }, { N: '5' }]);
  });

  it('tells keys apart whose texts run together', () => {
    const ids = [
      { account: 'a1', number: 1 },
      { account: 'a', number: 11 },
      { account: 'a1:1', number: 1 },
    ].map((keys) => readImage(aStreamRecord({ keys }), accounts).id);
    expect(new Set(ids).size).toBe(3);
  });

  it('needs no image of what was removed', () => {
    expect(readImage(aStreamRecord({ eventName: 'REMOVE' }), accounts).row).toBeUndefined();
  });

  it.each([
    [{ Keys: undefined }, 'The record has no keys.'],
    [{ Keys: null }, 'The record has no keys.'],
    [{ Keys: 'a' }, 'The record has no keys.'],
    [{ Keys: { account: { S: 'a' } } }, 'The key number is missing or not of type N.'],
    [{ Keys: { account: { S: 'a' }, number: { N: 1 } } }, 'The key number is missing or not of type N.'],
    [{ Keys: { account: { S: '' }, number: { N: '1' } } }, 'The key account is missing or not of type S.'],
    [{ Keys: { account: { S: 'a' }, number: { N: '0.5' } } }, 'number is not a safe integer.'],
    [{ NewImage: undefined }, 'The record has no new image.'],
    [{ NewImage: null }, 'The record has no new image.'],
    [{ NewImage: 'Ada' }, 'The record has no new image.'],
    [{ NewImage: { owner: { SS: ['Ada'] } } }, 'owner has a type that is not projected.'],
    [{ SequenceNumber: 'x' }, 'The record has no sequence number.'],
  ])('refuses %j', (change, detail) => {
    expect(() => readImage(changed(change), accounts)).toThrow(`RECORD.INVALID: ${detail}`);
  });

  it('refuses an event that it does not know', () => {
    const record = { ...aStreamRecord(), eventName: 'TRUNCATE' } as unknown as DynamoDBRecord;
    expect(() => readImage(record, accounts)).toThrow('RECORD.INVALID: The event has no known name.');
    expect(() => readImage({ dynamodb: { SequenceNumber: '1' } }, accounts)).toThrow(
      'The record has no keys.',
    );
  });
});
