import type { BatchStatementError, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Invocation,
  isImage,
  type JsonStatement,
  StatementBatches,
  type StatementBatchesOptions,
  type StatementTask,
} from '@notify/dynamodb';
import type { AttributeValue } from 'aws-lambda';
import {
  type Quarantine,
  type QuarantineEntry,
  type QuarantineOutcome,
  type QuarantineReport,
  rawText,
  sourceTable,
} from '../quarantine.ts';

/**
 * How long an entry stays. Shorter than a tombstone by the day that a stream keeps a record: otherwise an image could come
 * back from quarantine after the tombstone that outdates it is gone.
 */
export const QUARANTINE_DAYS = 14;
const DAY_SECONDS = 86_400;
/** Error details are for reading, and the item has its bound. */
const MAX_DETAIL_LENGTH = 1_000;
/** In characters, of three bytes each at most; the item has room for 400 KB. */
const MAX_RAW_LENGTH = 100_000;

export interface DynamoDBQuarantineOptions extends StatementBatchesOptions {
  /** At most {@link QUARANTINE_DAYS} keeps the engine's promise. */
  readonly retentionDays?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Quarantine in a table with the key `table_key` S, `version` S and the time-to-live attribute `expires_at`. */
export class DynamoDBQuarantine implements Quarantine {
  readonly #batches: StatementBatches;
  readonly #table: string;
  readonly #retentionSeconds: number;
  readonly #clock: () => number;

  constructor(dynamodb: DynamoDBClient, table: string, options: DynamoDBQuarantineOptions = {}) {
    const { retentionDays = QUARANTINE_DAYS, clock = Date.now } = options;
    this.#batches = new StatementBatches(dynamodb, options);
    this.#table = table;
    this.#retentionSeconds = retentionDays * DAY_SECONDS;
    this.#clock = clock;
  }

  async put(entries: readonly QuarantineEntry[], invocation: Invocation): Promise<QuarantineReport> {
    const now = this.#clock();
    const firstSeen: Item = {
      first_seen: { S: new Date(now).toISOString() },
      expires_at: { N: String(Math.floor(now / 1_000) + this.#retentionSeconds) },
    };
    const puts = entries.map((entry) => new QuarantinePut(this.#table, { ...toItem(entry), ...firstSeen }));
    const retried = await this.#batches.run(puts, invocation);
    return { outcomes: puts.map((put) => put.outcome), retried };
  }
}

type Item = Record<string, AttributeValue>;

const toItem = ({ tableKey, version, error, record }: QuarantineEntry): Item => {
  const { Keys: keys, NewImage: image, SequenceNumber: sequenceNumber } = record.dynamodb ?? {};
  const item: Item = {
    table_key: { S: tableKey },
    version: { S: version },
    source_table: { S: sourceTable(record) },
    error_code: { S: error.code },
    error_detail: { S: error.detail.slice(0, MAX_DETAIL_LENGTH) },
  };
  if (typeof record.eventSourceARN === 'string') item.source_arn = { S: record.eventSourceARN };
  if (typeof record.eventName === 'string') item.event_name = { S: record.eventName };
  if (typeof sequenceNumber === 'string') item.sequence_number = { S: sequenceNumber };
  if (isImage(keys)) item.keys = { M: keys };
  if (isImage(image)) item.image = { M: image };
  else if (image !== undefined) item.image_omitted = { BOOL: true };
  // What is no record of DynamoDB's is kept as it came.
  if (!isImage(keys) || !(image === undefined || isImage(image))) {
    item.raw = { S: rawText(record).slice(0, MAX_RAW_LENGTH) };
  }
  return item;
};

const STORED: QuarantineOutcome = { status: 'stored' };
const KNOWN: QuarantineOutcome = { status: 'known' };

/** An entry on its way into the table; without its image or raw form when that does not fit in. */
class QuarantinePut implements StatementTask {
  statement: JsonStatement;
  readonly length: number;
  outcome: QuarantineOutcome = { status: 'failed', cause: 'UNSETTLED' };
  readonly #table: string;
  readonly #item: Item;
  #withImage: boolean;

  constructor(table: string, item: Item) {
    this.statement = toInsert(table, item);
    this.length = JSON.stringify(item).length;
    this.#table = table;
    this.#item = item;
    this.#withImage = item.image !== undefined || item.raw !== undefined;
  }

  settle(error: BatchStatementError | undefined): boolean {
    if (!error) this.outcome = STORED;
    else if (error.Code === 'DuplicateItem') this.outcome = KNOWN;
    else if (this.#withImage) return this.#omitImage();
    else this.fail(String(error.Code));
    return false;
  }

  fail(cause: string): void {
    this.outcome = { status: 'failed', cause };
  }

  #omitImage(): true {
    const { image: _image, raw: _raw, ...item } = this.#item;
    this.statement = toInsert(this.#table, { ...item, image_omitted: { BOOL: true } });
    this.#withImage = false;
    return true;
  }
}

const toInsert = (table: string, item: Item): JsonStatement => ({
  Statement: `INSERT INTO "${table}" VALUE {${Object.keys(item)
    .map((name) => `'${name}':?`)
    .join(',')}}`,
  Parameters: Object.values(item),
});
