import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import { loadTables, toItem } from '@notify/dynamodb';
import { createTables, type LocalClientConfig } from '@notify/dynamodb-local';
import { createStreamsClient } from '@notify/embedded';
import type { DynamoDBRecord } from 'aws-lambda';
import { chunksOf, eachOf } from '../measurement.ts';
import { engine } from '../projection/variants.ts';
import { command, inserts } from '../projection/workload.ts';

const BATCH = 25;
const WRITES_IN_FLIGHT = 4;
/** Two functions read the stream of the command records. */
const READERS = 2;
const PROJECTED_AT_ONCE = 1_000;
/** So that writes fall on no beat of who looks for them. */
const IDLE_PAUSE_MS = 50;
/** Reading on and on where there is nothing would be what is measured. */
const EMPTY_PAUSE_MS = 10;

/** DynamoDB Local by itself, on tables that no function of the stack knows. */
export class Bare {
  readonly #dynamodb: DynamoDBClient;
  readonly #streams: DynamoDBStreamsClient;
  readonly #streamArn: string;
  #written = 0;
  #tables = 0;

  private constructor(dynamodb: DynamoDBClient, streams: DynamoDBStreamsClient, streamArn: string) {
    this.#dynamodb = dynamodb;
    this.#streams = streams;
    this.#streamArn = streamArn;
  }

  static async open(dynamodb: DynamoDBClient, config: LocalClientConfig): Promise<Bare> {
    const tables = { 'command-records': loadTables()['command-records'] as never };
    await createTables(dynamodb, tables, { rename: () => COMMANDS });
    const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: COMMANDS }));
    return new Bare(dynamodb, createStreamsClient(config), table?.LatestStreamArn ?? '');
  }

  /** From the sending of a record to the answer of the stream that has it, one at a time, in milliseconds. */
  async streamLags(seconds: number): Promise<number[]> {
    const lags: number[] = [];
    const until = performance.now() + seconds * 1_000;
    let iterator = await this.#iterator('LATEST');
    while (performance.now() < until) {
      const sentAt = performance.now();
      await this.#write(1);
      let found = 0;
      while (found === 0) {
        const page = await this.#read(iterator);
        found = page.records.length;
        iterator = page.next;
      }
      lags.push(performance.now() - sentAt);
      await delay(Math.random() * IDLE_PAUSE_MS);
    }
    return lags;
  }

  /** Records a second. */
  writes(count: number): Promise<number> {
    return perSecond(count, () => this.#writeMany(count));
  }

  /** Records a second that come to both of two readers, from the beginning of the stream on. */
  async streamReads(): Promise<number> {
    return await perSecond(this.#written, async () => {
      await Promise.all(
        Array.from({ length: READERS }, async () => {
          let iterator = await this.#iterator('TRIM_HORIZON');
          for (let left = this.#written; left > 0; ) {
            const page = await this.#read(iterator);
            left -= page.records.length;
            iterator = page.next;
          }
        }),
      );
    });
  }

  /** Records a second that the engine, without a function around it, brings into a read table. */
  async projection(count: number): Promise<number> {
    const project = await this.#project();
    const batches = chunksOf(inserts(count).records, PROJECTED_AT_ONCE);
    return await perSecond(count, async () => {
      for (const batch of batches) await project(batch);
    });
  }

  /** Records a second that are written, read from the stream by two, and projected by one of them, all at once. */
  async pipeline(count: number): Promise<number> {
    const project = await this.#project();
    const readers = await Promise.all(
      Array.from({ length: READERS }, async (_, reader) => {
        const first = await this.#iterator('LATEST');
        return async () => {
          let iterator = first;
          for (let left = count; left > 0; ) {
            const { records, next } = await this.#read(iterator);
            if (reader === 0 && records.length > 0) await project(records);
            else if (records.length === 0) await delay(EMPTY_PAUSE_MS);
            left -= records.length;
            iterator = next;
          }
        };
      }),
    );
    return await perSecond(count, async () => {
      await Promise.all([this.#writeMany(count), ...readers.map((read) => read())]);
    });
  }

  async #project() {
    const table = `${ROWS}-${this.#tables++}`;
    const tables = { 'notification-records': loadTables()['notification-records'] as never };
    await createTables(this.#dynamodb, tables, { rename: () => table });
    return engine.prepare(this.#dynamodb, table, []);
  }

  async #writeMany(count: number): Promise<void> {
    const sizes = chunksOf(Array.from({ length: count }), BATCH).map((chunk) => chunk.length);
    await eachOf(sizes, WRITES_IN_FLIGHT, (size) => this.#write(size));
  }

  async #write(size: number): Promise<void> {
    const puts = Array.from({ length: size }, () => ({
      PutRequest: { Item: toItem(command('INSERT', this.#written++)) },
    }));
    await this.#dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [COMMANDS]: puts } }));
  }

  /** Of the stream's one open shard. */
  async #iterator(ShardIteratorType: ShardIteratorType): Promise<string> {
    const StreamArn = this.#streamArn;
    const { StreamDescription: stream } = await this.#streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = stream?.Shards?.at(-1)?.ShardId;
    const { ShardIterator } = await this.#streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType }),
    );
    return ShardIterator ?? '';
  }

  async #read(iterator: string): Promise<{ records: DynamoDBRecord[]; next: string }> {
    const { Records = [], NextShardIterator = '' } = await this.#streams.send(
      new GetRecordsCommand({ ShardIterator: iterator }),
    );
    return { records: Records as unknown as DynamoDBRecord[], next: NextShardIterator };
  }
}

const COMMANDS = 'bare-command-records';
const ROWS = 'bare-rows';

const perSecond = async (count: number, work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1_000);
};
