import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import type { EventSource } from '../functions.ts';
import { Checkpoints } from './checkpoints.ts';
import type { GivenUpBatch, GivingUp } from './giving-up.ts';
import { StreamPoller } from './stream-poller.ts';
import { createStreamsClient } from './streams-client.ts';

const dynamodb = testClient();
const streams = createStreamsClient({ ...LOCAL_AWS, endpoint: inject('dynamodbEndpoint') });

interface Delivered {
  readonly sequenceNumber: string;
  readonly key: string;
  readonly value: number;
}
type Answer = (batch: Delivered[], call: number) => unknown;

let table: string;
let calls: Delivered[][];
let log: string[];
const pollers: StreamPoller[] = [];

beforeEach(async () => {
  table = await createTestTable('command-records', dynamodb);
  calls = [];
  log = [];
});
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});

/** A poller whose function answers as told; an Error is a function error. */
const aPoller = (
  answer: Answer,
  source: Partial<EventSource> = {},
  checkpoints = new Checkpoints(),
  onEvent: (event: string) => void = () => {},
  givingUp?: GivingUp,
) => {
  const poller = new StreamPoller({
    functionName: 'fixture',
    source: {
      table,
      starting_position: 'TRIM_HORIZON',
      batch_size: 1000,
      batching_window_s: 0,
      bisect_batch_on_error: true,
      maximum_retry_attempts: -1,
      maximum_record_age_s: -1,
      ...source,
    },
    dynamodb,
    streams,
    checkpoints,
    givingUp,
    invoke: async (event) => {
      onEvent(event);
      const batch: Delivered[] = JSON.parse(event).Records.map(({ dynamodb: change }: never) => {
        const { SequenceNumber, NewImage } = change as {
          SequenceNumber: string;
          NewImage: Record<string, never>;
        };
        return {
          sequenceNumber: SequenceNumber,
          key: NewImage['transaction_id']?.['S'],
          value: Number(NewImage['value']?.['N']),
        };
      });
      calls.push(batch);
      const result = answer(batch, calls.length);
      return result instanceof Error
        ? { payload: JSON.stringify({ errorType: 'Error' }), functionError: 'Unhandled', logTail: '' }
        : { payload: JSON.stringify(result ?? null), logTail: '' };
    },
    log: (_, line) => log.push(line),
    pollIntervalMs: 5,
    backoff: { baseMs: 1, capMs: 5 },
  });
  pollers.push(poller);
  poller.start();
  return poller;
};

const put = async (key: string, ...values: number[]) => {
  for (const value of values) {
    const Item = { transaction_id: { S: key }, created_at: { N: '1' }, value: { N: String(value) } };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
  }
};
const values = (batches: Delivered[][], key?: string) =>
  batches.flat().flatMap((record) => (key === undefined || record.key === key ? record.value : []));

test('records come from the beginning of the stream, in order per key, in batches of at most the batch size', async () => {
  await Promise.all([put('a', 1, 2, 3, 4, 5), put('b', 1, 2, 3, 4, 5)]);
  const poller = aPoller(() => null, { batch_size: 3 });
  await poller.idle();
  await put('a', 6);
  await poller.idle();
  expect(values(calls, 'a')).toEqual([1, 2, 3, 4, 5, 6]);
  expect(values(calls, 'b')).toEqual([1, 2, 3, 4, 5]);
  expect(calls.every((batch) => batch.length <= 3)).toBe(true);
  expect(poller.status.shards[0]).toMatchObject({
    pending: 0,
    attempts: 0,
    checkpoint: calls.at(-1)?.[0]?.sequenceNumber,
  });
});

test('an item whose attributes are named as an object’s own is delivered whole, and what comes after it too', async () => {
  // By hand, for the SDK loses such names when it reads and when it writes.
  const item = `{"transaction_id":{"S":"proto"},"created_at":{"N":"1"},"value":{"N":"1"},"__proto__":{"S":"x"},"constructor":{"M":{"__proto__":{"S":"y"},"toString":{"L":[{"M":{"__proto__":{"NULL":true}}}]}}}}`;
  const written = await fetch(inject('dynamodbEndpoint'), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: `{"TableName":${JSON.stringify(table)},"Item":${item}}`,
  });
  expect(written.status).toBe(200);
  await put('after', 2);
  const events: string[] = [];
  await aPoller(
    () => null,
    {},
    new Checkpoints(),
    (event) => events.push(event),
  ).idle();
  expect(values(calls)).toEqual([1, 2]);
  for (const part of ['"__proto__":{"S":"x"}', '"__proto__":{"S":"y"}', '"__proto__":{"NULL":true}'])
    expect(events.join()).toContain(part);
});

test('from a reported failure on everything comes again, nothing before it', async () => {
  await put('a', 1, 2, 3, 4);
  const fail = (batch: Delivered[], value: number) => ({
    batchItemFailures: batch
      .filter((record) => record.value >= value)
      .map((record) => ({ itemIdentifier: record.sequenceNumber })),
  });
  await aPoller((batch, call) => (call <= 2 ? fail(batch, 3) : null)).idle();
  expect(calls.map((batch) => values([batch]))).toEqual([
    [1, 2, 3, 4],
    [3, 4],
    [3, 4],
  ]);
  expect(log.filter((line) => line.includes('trying again'))).toHaveLength(2);
});

test('a batch that fails as a whole is bisected, and the poison retried until it passes', async () => {
  await put('a', 1, 2, 3, 4);
  let attempts = 0;
  await aPoller((batch) => {
    if (!batch.some(({ value }) => value === 3) || (batch.length === 1 && ++attempts > 5)) return null;
    return new Error('poison');
  }).idle();
  expect(calls.slice(0, 3).map((batch) => values([batch]))).toEqual([
    [1, 2, 3, 4],
    [1, 2],
    [3, 4],
  ]);
  expect(attempts).toBe(6);
  expect(values(calls.slice(-1))).toEqual([4]);
});

test('without bisection, and with an answer that names no record of it, the whole batch comes again', async () => {
  await put('a', 1, 2);
  const unknown = { batchItemFailures: [{ itemIdentifier: '1' }] };
  await aPoller((_, call) => (call < 3 ? unknown : null), { bisect_batch_on_error: false }).idle();
  expect(calls.map((batch) => values([batch]))).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

test('a batching window gathers what is written meanwhile', async () => {
  const poller = aPoller(() => null, { batch_size: 3, batching_window_s: 30 });
  await poller.idle();
  await put('a', 1, 2, 3);
  await poller.idle();
  expect(calls.map((batch) => values([batch]))).toEqual([[1, 2, 3]]);
});

test('another poller goes on from the checkpoint, and what was not done comes again', async () => {
  const checkpoints = new Checkpoints();
  await put('a', 1, 2);
  const first = aPoller(() => null, {}, checkpoints);
  await first.idle();
  await first.stop();

  await put('a', 3);
  const second = aPoller(() => new Error('down'), {}, checkpoints);
  await vi.waitUntil(() => log.length > 0);
  await second.stop();
  expect(values(calls.slice(0, 1))).toEqual([1, 2]);
  expect(new Set(values(calls.slice(1)))).toEqual(new Set([3]));

  calls = [];
  await aPoller(() => null, {}, checkpoints).idle();
  expect(values(calls)).toEqual([3]);
});

test('a table that is made anew is read from its beginning', async () => {
  const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
  const { loadTables } = await import('@notify/dynamodb');
  const { createTables } = await import('@notify/dynamodb-local');
  const poller = aPoller(() => null);
  await put('a', 1);
  await poller.idle();
  const before = poller.status.stream_arn;
  await dynamodb.send(new DeleteTableCommand({ TableName: table }));
  const { 'command-records': shape } = loadTables();
  if (shape) await createTables(dynamodb, { [table]: shape });
  await put('b', 1);
  await vi.waitUntil(() => values(calls, 'b').length > 0, { timeout: 10_000 });
  expect(poller.status.stream_arn).not.toBe(before);
});

test('a batch that was tried as often as it may be is kept elsewhere, whole, and the stream goes on behind it', async () => {
  const kept: GivenUpBatch[] = [];
  const givingUp: GivingUp = {
    maximumRetryAttempts: 2,
    maximumRecordAgeS: -1,
    keep: (batch) => void kept.push(batch),
  };
  await put('a', 1, 2, 3);
  const failAtTwo: Answer = (batch) => {
    const bad = batch.find(({ value }) => value === 2);
    return { batchItemFailures: bad ? [{ itemIdentifier: bad.sequenceNumber }] : [] };
  };
  const poller = aPoller(failAtTwo, { batch_size: 2 }, undefined, undefined, givingUp);
  await poller.idle();
  expect(values(calls).at(-1)).toBe(3);
  expect(values(calls).filter((value) => value === 2)).toHaveLength(3);
  const [{ body } = { body: '' }, ...others] = kept;
  expect(others).toEqual([]);
  const { payload, requestContext } = JSON.parse(body);
  expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted' });
  expect(
    JSON.parse(payload).Records.map(({ dynamodb: change }: never) => change['NewImage']['value']['N']),
  ).toEqual(['2']);
  expect(poller.status.shards[0]).toMatchObject({ pending: 0, attempts: 0 });
});

test('a failing batch splits before it is given up, so that only what fails is', async () => {
  const kept: GivenUpBatch[] = [];
  const givingUp: GivingUp = {
    maximumRetryAttempts: 1,
    maximumRecordAgeS: -1,
    keep: (batch) => void kept.push(batch),
  };
  await put('a', 1, 2, 3, 4);
  const failWithTwo: Answer = (batch) => (batch.some(({ value }) => value === 2) ? new Error('no') : null);
  await aPoller(failWithTwo, {}, undefined, undefined, givingUp).idle();
  expect(kept.map(({ body }) => JSON.parse(body).DDBStreamBatchInfo.batchSize)).toEqual([1]);
});

test('a batch whose records are too old is given up at its next failure, and one that cannot be kept is not passed', async () => {
  let room = false;
  const kept: GivenUpBatch[] = [];
  const givingUp: GivingUp = {
    maximumRetryAttempts: -1,
    maximumRecordAgeS: 0,
    keep: (batch) => {
      if (!room) throw new Error('no room');
      kept.push(batch);
    },
  };
  await put('a', 1);
  const poller = aPoller(() => new Error('no'), {}, undefined, undefined, givingUp);
  await vi.waitFor(() => expect(log.some((line) => line.includes('no room'))).toBe(true));
  expect(poller.status.shards[0]?.checkpoint).toBeUndefined();
  room = true;
  await vi.waitFor(() => expect(kept).toHaveLength(1), 10_000);
  expect(JSON.parse(kept[0]?.body ?? '').requestContext.condition).toBe('RecordAgeExceeded');
});
