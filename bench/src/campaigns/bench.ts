import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CampaignReader, createCampaignProjection, DynamoDBParts } from '@notify/campaign-statistics';
import { loadTables, toItem } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import type { CommandRecord } from '@notify/shared-domain';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { benchClient } from '../bench-client.ts';
import type { BenchOptions } from '../bench-options.ts';
import { chunksOf, measure, median } from '../measurement.ts';

/** The compilers of a function that runs for hours are done long before the median. */
export const ROUNDS = 11;

const TABLE = 'campaign-statistics';
const SHARD = 'shardId-00000000000000000000-00000000';
const BATCH_SIZE = 1_000;
/** Each notification changes its status twice, or once and fails. */
const CHANGES = 2;
const LARGE = 100_000;
const SMALL = 100;
const READS = 200;
const START = Date.UTC(2026, 10, 3);
const HOUR_MS = 3_600_000;
const ENOUGH_TIME = { remainingTimeMs: () => 60_000 };

/**
 * What it costs to count campaigns, by the projection as it is deployed, against DynamoDB Local in another process: writes and CPU of the
 * client for each record of the stream, and whether a large campaign is slower to read than a small one.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024 });
  const lab = new Lab(local.endpoint);
  try {
    const cpu: number[] = [];
    const writes: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const sample = await lab.count(historyOf(`round-${round}`, records));
      // The first round warms up the compilers of both sides.
      if (round === 0) continue;
      cpu.push(sample.cpuMicroseconds);
      writes.push(sample.writes);
    }
    await lab.count(historyOf('small', SMALL));
    for (const slice of slicesOf(historyOf('large', LARGE), SLICE)) await lab.count(slice);
    const ratio = await lab.readRatio('large', 'small');
    console.log(`statistics_writes_per_record=${median(writes).toFixed(4)}`);
    console.log(`statistics_cpu_per_record_us=${median(cpu).toFixed(1)}`);
    console.log(`statistics_read_ms_ratio=${ratio.toFixed(2)}`);
  } finally {
    lab.close();
    await local.stop();
  }
};

/** What the stream tells of a campaign: all of its notifications sent, then each change of their statuses. */
function* historyOf(marketing_id: string, notifications: number): Generator<Change> {
  const command = (n: number): CommandRecord => ({
    transaction_id: `tx-${n}`,
    created_at: START + (n % 48) * HOUR_MS + n,
    user_id: `user-${n % 997}`,
    marketing_id,
    notification_title: 'A title as long as they are',
    platform: (['IOS', 'ANDROID', 'WEBPUSH'] as const)[n % 3] ?? 'IOS',
    status: 'SENT',
    device_token: 'x'.repeat(64),
  });
  for (let n = 0; n < notifications; n++) yield [undefined, command(n)];
  for (let change = 1; change <= CHANGES; change++) {
    for (let n = 0; n < notifications; n++) yield [at(command(n), n, change - 1), at(command(n), n, change)];
  }
}

/** So much of a history is held at once. */
const SLICE = 50_000;

function* slicesOf<Value>(values: Iterable<Value>, size: number): Generator<Value[]> {
  let slice: Value[] = [];
  for (const value of values) {
    slice.push(value);
    if (slice.length < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

type Change = readonly [before: CommandRecord | undefined, after: CommandRecord];

/** One in fifty fails, for one of thirty reasons; the others are delivered, and then touched once more. */
const at = (command: CommandRecord, n: number, change: number): CommandRecord => {
  if (change === 0) return command;
  return n % 50 === 0
    ? {
        ...command,
        status: 'FAILED',
        error_msg: `Reason ${'abcdefghijklmnopqrstuvwxyzäöüß'[n % 30]}`,
        failed_ts: change,
      }
    : { ...command, status: 'DELIVERED', delivered_ts: command.created_at + change };
};

class Lab {
  readonly #dynamodb: DynamoDBClient;
  readonly #project;
  #ready: Promise<void> | undefined;
  #writes = 0;
  #sequence = 0;

  constructor(endpoint: string) {
    this.#dynamodb = benchClient(endpoint);
    this.#dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'BatchExecuteStatementCommand') {
            const { body } = args.request as { body: Buffer };
            this.#writes += (JSON.parse(body.toString()) as { Statements: unknown[] }).Statements.length;
          }
          return next(args);
        },
      { step: 'finalizeRequest' },
    );
    this.#project = createCampaignProjection({ parts: new DynamoDBParts(this.#dynamodb, TABLE) });
  }

  /** Counts a history in full batches of one shard. */
  async count(history: Iterable<Change>): Promise<{ cpuMicroseconds: number; writes: number }> {
    this.#ready ??= this.#createTable();
    await this.#ready;
    const records = Array.from(history, (change) => this.#record(change));
    const batches = chunksOf(records, BATCH_SIZE);
    const before = this.#writes;
    const { cpuMicroseconds } = await measure(records.length, async () => {
      for (const Records of batches) {
        const event = { Records, shardId: SHARD } as DynamoDBStreamEvent;
        const { batchItemFailures } = await this.#project(event, ENOUGH_TIME);
        if (batchItemFailures.length > 0) throw new Error('A batch was not counted.');
      }
    });
    return { cpuMicroseconds, writes: (this.#writes - before) / records.length };
  }

  /** How much longer it takes to read one campaign than another, in turns. */
  async readRatio(large: string, small: string): Promise<number> {
    const reader = new CampaignReader(this.#dynamodb, TABLE);
    const times = new Map<string, number[]>([large, small].map((id) => [id, []]));
    for (let n = 0; n < READS; n++) {
      for (const [id, taken] of times) {
        const start = performance.now();
        if ((await reader.statistics(id)) === undefined) throw new Error(`Nothing is counted of ${id}.`);
        taken.push(performance.now() - start);
      }
    }
    return median(times.get(large) ?? []) / median(times.get(small) ?? []);
  }

  close(): void {
    this.#dynamodb.destroy();
  }

  async #createTable(): Promise<void> {
    await createTables(this.#dynamodb, { [TABLE]: loadTables()[TABLE] as never });
  }

  #record([before, after]: Change): DynamoDBRecord {
    const { transaction_id, created_at, ...image } = toItem(after);
    return {
      eventName: before ? 'MODIFY' : 'INSERT',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(after.created_at / 1_000),
        Keys: { transaction_id, created_at },
        NewImage: { transaction_id, created_at, ...image },
        ...(before && { OldImage: toItem(before) }),
        SequenceNumber: String(++this.#sequence),
      },
    } as unknown as DynamoDBRecord;
  }
}
