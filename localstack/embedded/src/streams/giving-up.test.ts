import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expiredRecords, keepInFolder, toGivenUpBatch } from './giving-up.ts';

const record = (sequenceNumber: string, writtenAt: number) => ({ sequenceNumber, writtenAt, json: '{}' });

it('counts from the first on the records that are older than the limit', () => {
  const records = [record('1', 1_000), record('2', 2_000), record('3', 50_000)];
  expect(expiredRecords(records, 60, 61_500)).toBe(1);
  expect(expiredRecords(records, 60, 200_000)).toBe(3);
  expect(expiredRecords(records, 60, 60_000)).toBe(0);
  expect(expiredRecords(records, -1, 200_000)).toBe(0);
});

it('keeps a batch whole, as Lambda puts it into a bucket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'given-up-'));
  const batch = toGivenUpBatch({
    functionName: 'stream-processor-lambda',
    streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1',
    shardId: 'shardId-1',
    condition: 'RetryAttemptsExhausted',
    attempts: 3,
    records: [record('1', 1_000), record('2', 2_000)],
    event: '{"Records":[{},{}]}',
    now: new Date('2026-11-24T18:00:00Z'),
  });
  expect(batch.key).toMatch(
    /^aws\/lambda\/stream-processor-lambda\/shardId-1\/2026\/11\/24\/2026-11-24T18\.00\.00-[0-9a-f-]+$/,
  );
  keepInFolder(folder)(batch);
  expect(JSON.parse(readFileSync(join(folder, batch.key), 'utf8'))).toMatchObject({
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:stream-processor-lambda',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    DDBStreamBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2 },
    payload: '{"Records":[{},{}]}',
  });
});
