import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { afterEach, expect, test, vi } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { StreamPoller } from './stream-poller.ts';

/**
 * A stream of which a test decides what DynamoDB Local shows only after hours: trimmed and expired iterators, closed shards.
 * A shard is its sequence numbers; an iterator is "shard:position".
 */
class ScriptedStream {
  readonly shards = new Map<string, { parent?: string; sequenceNumbers: number[]; closed: boolean }>();
  readonly iterators: string[] = [];
  expired = new Set<string>();
  trimmed = false;

  send(command: unknown): unknown {
    if (command instanceof DescribeStreamCommand)
      return { StreamDescription: { Shards: this.#description() } };
    if (command instanceof GetShardIteratorCommand) return this.#iterator(command.input);
    if (command instanceof GetRecordsCommand) return this.#records(command.input.ShardIterator ?? '');
    throw new Error('unexpected');
  }

  /** Newest first, so that a reader that went by the order of the description would get it wrong. */
  #description(): Shard[] {
    return [...this.shards]
      .map(([ShardId, { parent }]) => ({ ShardId, ...(parent && { ParentShardId: parent }) }))
      .toReversed();
  }

  #iterator({ ShardId = '', ShardIteratorType, SequenceNumber }: GetShardIteratorCommand['input']) {
    this.iterators.push([ShardId, ShardIteratorType, SequenceNumber].filter(Boolean).join(' '));
    if (ShardIteratorType === 'TRIM_HORIZON') return { ShardIterator: `${ShardId}:0` };
    if (this.trimmed) throw new TrimmedDataAccessException({ message: 'trimmed', $metadata: {} });
    const after = this.shards.get(ShardId)?.sequenceNumbers.indexOf(Number(SequenceNumber)) ?? -1;
    return { ShardIterator: `${ShardId}:${after + 1}` };
  }

  #records(iterator: string) {
    if (this.expired.delete(iterator))
      throw new ExpiredIteratorException({ message: 'expired', $metadata: {} });
    const [shardId = '', position] = iterator.split(':');
    const shard = this.shards.get(shardId);
    const Records = shard?.sequenceNumbers
      .slice(Number(position), Number(position) + 2)
      .map((sequenceNumber) => ({
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: String(sequenceNumber) },
      }));
    const next = Number(position) + (Records?.length ?? 0);
    const atEnd = shard?.closed && next === shard.sequenceNumbers.length;
    return { Records, NextShardIterator: atEnd ? undefined : `${shardId}:${next}` };
  }
}

const table = {
  send: async () => ({ Table: { LatestStreamArn: 'arn:stream' } }),
} as unknown as DynamoDBClient;
const pollers: StreamPoller[] = [];
afterEach(() => Promise.all(pollers.splice(0).map((poller) => poller.stop())));

const follow = (stream: ScriptedStream, checkpoints = new Checkpoints()) => {
  const delivered: string[] = [];
  const poller = new StreamPoller({
    functionName: 'fixture',
    source: {
      table: 'command-records',
      starting_position: 'TRIM_HORIZON',
      batch_size: 10,
      batching_window_s: 0,
      bisect_batch_on_error: true,
      maximum_retry_attempts: -1,
      maximum_record_age_s: -1,
    },
    dynamodb: table,
    streams: { send: async (command: unknown) => stream.send(command) } as unknown as DynamoDBStreamsClient,
    checkpoints,
    invoke: async (event) => {
      for (const { dynamodb } of JSON.parse(event).Records) delivered.push(dynamodb.SequenceNumber);
      return { payload: 'null', logTail: '' };
    },
    log: () => {},
    pollIntervalMs: 1,
    backoff: { baseMs: 1, capMs: 1 },
  });
  pollers.push(poller);
  poller.start();
  return { poller, delivered };
};

test('a shard is read after its parent, and one that is closed is never read again', async () => {
  const stream = new ScriptedStream();
  stream.shards.set('a', { sequenceNumbers: [1, 2, 3], closed: true });
  stream.shards.set('b', { parent: 'a', sequenceNumbers: [4, 5, 6], closed: true });
  stream.shards.set('c', { parent: 'b', sequenceNumbers: [7], closed: false });
  const checkpoints = new Checkpoints();
  const first = follow(stream, checkpoints);
  await vi.waitUntil(() => first.delivered.length === 7);
  expect(first.delivered).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  await first.poller.stop();

  stream.iterators.length = 0;
  const second = follow(stream, checkpoints);
  await second.poller.idle();
  expect(second.delivered).toEqual([]);
  expect(stream.iterators).toEqual(['c AFTER_SEQUENCE_NUMBER 7']);
});

test('a shard whose parent is trimmed away is read', async () => {
  const stream = new ScriptedStream();
  stream.shards.set('b', { parent: 'a', sequenceNumbers: [4], closed: false });
  const { poller, delivered } = follow(stream);
  await poller.idle();
  expect(delivered).toEqual(['4']);
});

test('an expired iterator is renewed behind the checkpoint', async () => {
  const stream = new ScriptedStream();
  stream.shards.set('a', { sequenceNumbers: [1, 2, 3], closed: false });
  stream.expired.add('a:2');
  const { poller, delivered } = follow(stream);
  await poller.idle();
  expect(delivered).toEqual(['1', '2', '3']);
  expect(stream.iterators).toEqual(['a TRIM_HORIZON', 'a AFTER_SEQUENCE_NUMBER 2']);
});

test('a checkpoint that is trimmed away means the oldest record left', async () => {
  const stream = new ScriptedStream();
  stream.shards.set('a', { sequenceNumbers: [8, 9], closed: false });
  stream.trimmed = true;
  const checkpoints = new Checkpoints();
  checkpoints.open('arn:stream');
  checkpoints.advance('a', '1');
  const { poller, delivered } = follow(stream, checkpoints);
  await poller.idle();
  expect(delivered).toEqual(['8', '9']);
  expect(stream.iterators).toEqual(['a AFTER_SEQUENCE_NUMBER 1', 'a TRIM_HORIZON']);
});
