import { expect, test } from 'vitest';
import { type LambdaRecord, toBatches, toLambdaEvent, toLambdaRecord } from './lambda-event.ts';

test('a record has the shape that Lambda gives it, binary values in base64', () => {
  const sent = {
    eventID: 'e1',
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'ddblocal',
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000.5,
      Keys: { id: { S: 'a' } },
      NewImage: {
        id: { S: 'a' },
        raw: { B: 'AQI=' },
        many: { BS: ['Aw=='] },
        nested: {
          M: { list: { L: [{ B: 'BA==' }, { N: '5' }, { NULL: true }, { BOOL: false }] } },
        },
      },
      SequenceNumber: '100',
      SizeBytes: 12,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
  const record = toLambdaRecord(sent, 'arn:stream');
  expect(record.sequenceNumber).toBe('100');
  expect(JSON.parse(toLambdaEvent([record]))).toEqual({
    Records: [
      {
        eventID: 'e1',
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: 1_700_000_000,
          Keys: { id: { S: 'a' } },
          NewImage: {
            id: { S: 'a' },
            raw: { B: 'AQI=' },
            many: { BS: ['Aw=='] },
            nested: { M: { list: { L: [{ B: 'BA==' }, { N: '5' }, { NULL: true }, { BOOL: false }] } } },
          },
          SequenceNumber: '100',
          SizeBytes: 12,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: 'arn:stream',
      },
    ],
  });
});

test('names that objects have by themselves are names like others, at any depth', () => {
  const image = '{"id":{"S":"a"},"__proto__":{"S":"x"},"constructor":{"M":{"__proto__":{"NULL":true}}}}';
  const sent = JSON.parse(`{"dynamodb":{"SequenceNumber":"1","NewImage":${image}},"__proto__":{"S":"x"}}`);
  const { json } = toLambdaRecord(sent, 'arn:stream');
  expect(json).toContain(`"NewImage":${image}`);
});

test('what is neither an insert nor a modification is a removal', () => {
  const { json } = toLambdaRecord({ dynamodb: { SequenceNumber: '1' } }, 'arn:stream');
  expect(JSON.parse(json).eventName).toBe('REMOVE');
});

const records = (...sizes: number[]): LambdaRecord[] =>
  sizes.map((size, index) => ({ sequenceNumber: String(index), json: 'x'.repeat(size), writtenAt: 0 }));
const sizes = (batches: Iterable<readonly LambdaRecord[]>) => [...batches].map((batch) => batch.length);

test('batches are cut by number and by bytes, and a record that alone is too large still goes', () => {
  expect(sizes(toBatches(records(1, 1, 1, 1, 1), 2, 1000))).toEqual([2, 2, 1]);
  expect(sizes(toBatches(records(400, 400, 400, 2000, 10), 10, 1000))).toEqual([2, 1, 1, 1]);
  expect(sizes(toBatches([], 10, 1000))).toEqual([]);
});

test('a batch is an event of at most its bytes', () => {
  for (const batch of toBatches(records(...Array.from({ length: 50 }, () => 97)), 100, 1000)) {
    expect(Buffer.byteLength(toLambdaEvent(batch))).toBeLessThanOrEqual(1000);
  }
});
