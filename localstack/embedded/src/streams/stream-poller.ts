import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import type { EventSource } from '../functions.ts';
import type { InvocationResult } from '../lambda/sandbox.ts';
import type { Log } from '../log.ts';
import type { Backoff } from './backoff.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { GivingUp } from './giving-up.ts';
import { ShardReader, type ShardStatus } from './shard-reader.ts';

export interface StreamPollerOptions {
  readonly functionName: string;
  readonly source: EventSource;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  /** How often an idle shard is asked for records, in ms; less often when that is a burden to the database. */
  readonly pollIntervalMs?: number;
  readonly backoff?: Backoff;
  /** When a batch is given up; without it never. */
  readonly givingUp?: GivingUp | undefined;
}

export interface StreamStatus {
  readonly function: string;
  readonly table: string;
  readonly stream_arn: string | undefined;
  readonly shards: readonly ShardStatus[];
}

/** How often the stream is looked at for new shards, or for being another stream because the table was made anew. */
const DISCOVERY_INTERVAL_MS = 2_000;

/**
 * One event source mapping: reads a table's stream and invokes a function with it, as Lambda does. A shard is read after its parent,
 * by one batch at a time (Lambda's parallelization factor only makes that faster; the order per key is the same), and a record is
 * passed only when the function has done it: a failing one is retried with backoff, without end unless there is somewhere to give it
 * up to.
 */
export class StreamPoller {
  readonly #options: StreamPollerOptions & Required<Pick<StreamPollerOptions, 'pollIntervalMs' | 'backoff'>>;
  readonly #abort = new AbortController();
  readonly #readers = new Map<string, ShardReader>();
  #streamArn: string | undefined;
  #running: Promise<void> | undefined;
  #wakeCoordinator: () => void = () => {};
  #onEmptyRead: (() => void)[] = [];

  constructor(options: StreamPollerOptions) {
    this.#options = { pollIntervalMs: 100, backoff: { baseMs: 100, capMs: 10_000 }, ...options };
  }

  /** The table whose stream is read. */
  get table(): string {
    return this.#options.source.table;
  }

  start(): void {
    this.#running ??= this.#coordinate();
  }

  /** Reads no further; resolves when the batch in flight has been answered. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wakeCoordinator();
    await this.#running;
  }

  /** Looks for records now: somebody has written, maybe to this table. */
  wake(): void {
    for (const reader of this.#readers.values()) reader.wake();
  }

  /** Resolves when everything that was written before the call has gone through the function. */
  async idle(): Promise<void> {
    const since = performance.now();
    this.wake();
    const isIdle = () =>
      this.#readers.size > 0 && [...this.#readers.values()].every((reader) => reader.emptyAt > since);
    while (!isIdle() && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => this.#onEmptyRead.push(resolve));
    }
  }

  get status(): StreamStatus {
    return {
      function: this.#options.functionName,
      table: this.table,
      stream_arn: this.#streamArn,
      shards: [...this.#readers.values()].map((reader) => reader.status),
    };
  }

  async #coordinate(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wakeCoordinator = resolve;
      });
      try {
        await this.#discover();
      } catch (error) {
        this.#log(`cannot look at the stream: ${error}`);
      }
      // Without a shard to read there is nothing more urgent than finding one.
      const pause = this.#readers.size > 0 ? DISCOVERY_INTERVAL_MS : this.#options.pollIntervalMs;
      const timer = new AbortController();
      await Promise.race([woken, delay(pause, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
    }
    await Promise.all([...this.#readers.values()].map((reader) => reader.ended));
    this.#emptyRead();
  }

  async #discover(): Promise<void> {
    const { dynamodb, source, checkpoints } = this.#options;
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: source.table }));
    const streamArn = Table?.LatestStreamArn;
    if (!streamArn) throw new Error(`Table ${source.table} has no stream.`);
    if (streamArn !== this.#streamArn) {
      for (const reader of this.#readers.values()) reader.stop();
      this.#streamArn = streamArn;
      checkpoints.open(streamArn);
    }

    const shards = await this.#shards(streamArn);
    const ids = new Set(shards.flatMap((shard) => shard.ShardId ?? []));
    checkpoints.keepOnly(ids);
    for (const { ShardId, ParentShardId } of shards) {
      if (!ShardId || this.#readers.has(ShardId) || checkpoints.get(ShardId)?.complete) continue;
      const parentIsDone =
        !ParentShardId || !ids.has(ParentShardId) || checkpoints.get(ParentShardId)?.complete === true;
      if (parentIsDone) this.#read(streamArn, ShardId);
    }
  }

  async #shards(streamArn: string): Promise<Shard[]> {
    const shards: Shard[] = [];
    let start: string | undefined;
    do {
      const { StreamDescription } = await this.#options.streams.send(
        new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: start }),
      );
      shards.push(...(StreamDescription?.Shards ?? []));
      start = StreamDescription?.LastEvaluatedShardId;
    } while (start);
    return shards;
  }

  #read(streamArn: string, shardId: string): void {
    const reader = new ShardReader({
      ...this.#options,
      streamArn,
      shardId,
      signal: this.#abort.signal,
      log: (line) => this.#log(`${shardId}: ${line}`),
      onEmptyRead: () => this.#emptyRead(),
    });
    this.#readers.set(shardId, reader);
    reader.ended.then(() => {
      this.#readers.delete(shardId);
      this.#wakeCoordinator();
    });
  }

  #emptyRead(): void {
    for (const resolve of this.#onEmptyRead.splice(0)) resolve();
  }

  #log(line: string): void {
    this.#options.log(`stream → ${this.#options.functionName}`, line);
  }
}
