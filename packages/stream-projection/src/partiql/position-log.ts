import type { AttributeValue, BatchStatementError, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  Backoff,
  type Invocation,
  type JsonStatement,
  StatementBatches,
  type StatementTask,
} from '@notify/dynamodb';
import type { AttributeValue as StreamValue } from 'aws-lambda';
import type { BatchReport } from '../batch-report.ts';

/** A key of a row, in the order of its key attributes. */
export type RowKey = readonly StreamValue[];

/** Takes note of how far a projection is; called behind each batch, with what it has written of it. */
export interface Positions {
  /** Never throws: a position is never a reason to do a batch again. */
  leave(report: BatchReport, written: readonly RowKey[], invocation: Invocation): Promise<void>;
}

export interface PositionLogOptions {
  readonly table: string;
  /** The projection's name. */
  readonly projection: string;
  /** Of the stream; where events name none, one of a few places that are shared by the function's instances. */
  readonly shard: string;
  /** The keys of so many of the newest rows are kept with it; without it, of none. */
  readonly latest?: number;
  readonly clock?: () => number;
}

/** A busy projection leaves its place so seldom. */
const INTERVAL_MS = 5_000;
/** A batch as small as this has found the end of the stream: nothing may come behind it for long. */
const SMALL_BATCH = 500;
/** How long a place is of interest. */
const EXPIRES_AFTER_S = 30 * 86_400;
/** How long a place may take that is left. */
const PATIENCE_MS = 2_000;

/** Leaves the place of one shard in `projection-positions`: behind a small batch at once, behind full ones every few seconds. */
export class PositionLog implements Positions {
  readonly #options: PositionLogOptions;
  readonly #batches: StatementBatches;
  readonly #clock: () => number;
  #latest: RowKey[] = [];
  /** Records since the place was left last. */
  #records = 0;
  #leftAt: number | undefined;
  #revision: string | undefined;

  constructor(dynamodb: DynamoDBClient, options: PositionLogOptions) {
    this.#options = options;
    this.#batches = new StatementBatches(dynamodb, {
      backoff: new Backoff({ attempts: 1 }),
      safetyMarginMs: 1_000,
    });
    this.#clock = options.clock ?? Date.now;
  }

  async leave(report: BatchReport, written: readonly RowKey[], invocation: Invocation): Promise<void> {
    const now = this.#clock();
    this.#records += report.records;
    this.#latest = newest(this.#latest, written, this.#options.latest);
    const isDue =
      this.#leftAt === undefined || now - this.#leftAt >= INTERVAL_MS || report.records < SMALL_BATCH;
    if (!isDue || report.lastSequenceNumber === undefined) return;
    const windowMs = this.#leftAt === undefined ? undefined : now - this.#leftAt;
    const place = new PlaceWrite(this.#options, {
      report,
      now,
      records: this.#records,
      windowMs,
      latest: this.#latest,
      revision: this.#revision,
    });
    const patience = { remainingTimeMs: () => Math.min(invocation.remainingTimeMs(), PATIENCE_MS) };
    await this.#batches.run([place], patience);
    // What could not be left now is left with the next batch.
    if (!place.isLeft) return;
    this.#latest = place.latest;
    this.#revision = place.revision;
    this.#leftAt = now;
    this.#records = 0;
  }
}

/** Shards that are open at once are few; those of yesterday are forgotten. */
const MAX_SHARDS = 1_000;

/** The places of a projection whose batches tell their shard, each made when it is asked for. */
export const positionsByShard = (
  dynamodb: DynamoDBClient,
  options: Omit<PositionLogOptions, 'shard' | 'latest'>,
): ((shard: string) => Positions) => {
  const logs = new Map<string, PositionLog>();
  return (shard) => {
    let log = logs.get(shard);
    if (!log) {
      if (logs.size >= MAX_SHARDS) logs.clear();
      log = new PositionLog(dynamodb, { ...options, shard });
      logs.set(shard, log);
    }
    return log;
  };
};

/** The newest keys of both, so many, the newest first: by the last attribute of the key, which is a number. */
const newest = (known: readonly RowKey[], more: readonly RowKey[], count = 0): RowKey[] => {
  if (count === 0) return [];
  const least = known.length < count ? Number.NEGATIVE_INFINITY : orderOf(known.at(-1));
  const fresh = more.filter((key) => orderOf(key) >= least);
  if (fresh.length === 0) return [...known];
  const keys = new Map<string, RowKey>();
  for (const key of [...known, ...fresh]) keys.set(JSON.stringify(key), key);
  return [...keys.values()].sort((a, b) => orderOf(b) - orderOf(a)).slice(0, count);
};

const orderOf = (key: RowKey | undefined): number => Number(key?.at(-1)?.N ?? 0);

interface Place {
  readonly report: BatchReport;
  readonly now: number;
  readonly records: number;
  readonly windowMs: number | undefined;
  readonly latest: readonly RowKey[];
  /** Of the place as this instance has left it last. */
  readonly revision: string | undefined;
}

/** How often someone else may be before. */
const MAX_TURNS = 3;

/** A place on its way into the table. Where another instance has left its own, their newest keys are kept together. */
class PlaceWrite implements StatementTask {
  readonly length: number;
  isLeft = false;
  latest: RowKey[];
  revision: string;
  readonly #options: PositionLogOptions;
  readonly #place: Place;
  #before: string | undefined;
  #turns = 0;

  constructor(options: PositionLogOptions, place: Place) {
    this.#options = options;
    this.length = 100 * (1 + (options.latest ?? 0));
    this.#place = place;
    this.#before = place.revision;
    this.latest = [...place.latest];
    this.revision = `${place.now}-${Math.random().toString(36).slice(2)}`;
  }

  get statement(): JsonStatement {
    const { table, projection, shard } = this.#options;
    const columns = this.#columns();
    const [names, values] = [Object.keys(columns), Object.values(columns)];
    const key = [{ S: projection }, { S: shard }];
    if (this.#before === undefined) {
      const members = ['projection', 'shard', ...names].map((name) => `'${name}':?`).join(',');
      return { Statement: `INSERT INTO "${table}" VALUE {${members}}`, Parameters: [...key, ...values] };
    }
    const sets = names.map((name) => ` SET "${name}"=?`).join('');
    return {
      Statement: `UPDATE "${table}"${sets} WHERE "projection"=? AND "shard"=? AND "revision"=?`,
      Parameters: [...values, ...key, { S: this.#before }],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  }

  #columns(): Record<string, StreamValue> {
    const { report, now, records, windowMs } = this.#place;
    const number = (value: number) => ({ N: String(value) });
    return {
      revision: { S: this.revision },
      sequence_number: { S: report.lastSequenceNumber ?? '' },
      ...(report.lastWrittenAt !== undefined && { record_at: number(report.lastWrittenAt) }),
      left_at: number(now),
      ...(report.lagMs !== undefined && { lag_ms: number(report.lagMs) }),
      records: number(records),
      ...(windowMs !== undefined && { window_ms: number(windowMs) }),
      ...(this.#options.latest && { latest: { L: this.latest.map((key) => ({ L: [...key] })) } }),
      expires_at: number(Math.floor(now / 1_000) + EXPIRES_AFTER_S),
    };
  }

  settle(error: BatchStatementError | undefined): boolean {
    if (!error) {
      this.isLeft = true;
      return false;
    }
    if (++this.#turns > MAX_TURNS) return false;
    switch (error.Code) {
      case 'DuplicateItem':
        // On a condition that is not met, DynamoDB shows what is there.
        this.#before = '';
        return true;
      case 'ConditionalCheckFailed':
        this.#before = error.Item?.revision?.S;
        this.latest = newest(this.latest, latestOf(error.Item), this.#options.latest);
        return true;
      default:
        return false;
    }
  }

  fail(): void {}
}

/** The keys that are kept with a place, as the SDK reads it. */
export const latestOf = (item: Readonly<Record<string, AttributeValue>> | undefined): RowKey[] =>
  (item?.latest?.L ?? []).map(({ L = [] }) =>
    L.map(({ S, N }): StreamValue => (N === undefined ? { S: S ?? '' } : { N })),
  );
