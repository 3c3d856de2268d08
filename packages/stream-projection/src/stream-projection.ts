import type { Invocation } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { BatchAccount, type BatchCounts, type BatchLog, type BatchMetrics } from './batch-report.ts';
import type { Positions, RowKey } from './partiql/position-log.ts';
import {
  type Columns,
  DELETED,
  EXPIRES_AT,
  type Projection,
  type RowShape,
  toRowShape,
} from './projection.ts';
import { type Quarantine, type QuarantineEntry, toQuarantineEntry } from './quarantine.ts';
import type { RowChange, RowWriter } from './row-writer.ts';
import { readImage } from './stream-record.ts';

/**
 * How long a tombstone stays: longer than a stream keeps a record (one day) plus an entry its place in quarantine (14 days),
 * so that nothing which could still come can resurrect the row.
 */
export const TOMBSTONE_DAYS = 15;
const DAY_SECONDS = 86_400;

export interface StreamProjectionOptions {
  readonly rows: RowWriter;
  readonly quarantine: Quarantine;
  /** Where the place of the projection is left behind each batch that is done. */
  readonly positions?: Positions;
  readonly metrics?: BatchMetrics;
  readonly log?: BatchLog;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Projects one batch and tells Lambda from which record on it has to come again; an error means the whole batch.
 * Requires `ReportBatchItemFailures` on the event source mapping.
 */
export type StreamProjection = (
  event: DynamoDBStreamEvent,
  invocation: Invocation,
) => Promise<DynamoDBBatchResponse>;

/**
 * Whatever the order, duplication, retry, crash or replay of stream records: the read table ends equal to the projection
 * of the last well-formed image of each key, and each malformed record is in quarantine once.
 */
export const createStreamProjection = <Row extends object>(
  projection: Projection<Row>,
  options: StreamProjectionOptions,
): StreamProjection => {
  const { clock = Date.now } = options;
  const shape = toRowShape(projection);
  return async ({ Records }, invocation) => {
    const now = clock();
    const records = Records.map(readable);
    const account = new BatchAccount(records);
    const batch = new Batch(options, shape, invocation, account);
    const { newest, malformed } = batch.sortOut(records, projection, now);
    await Promise.all([batch.write(newest), batch.quarantine(malformed)]);
    const answer = account.close(now, options);
    if (account.report?.failed === 0)
      await options.positions?.leave(account.report, batch.written, invocation);
    return answer;
  };
};

/** The newest well-formed image of a key that is still to be written, on top of the older ones of the same batch. */
interface Pending extends RowChange {
  created: boolean;
  readonly record: DynamoDBRecord;
  older: Pending | undefined;
}

/** One batch under way: what is found out about its records, from first look to answer. */
class Batch {
  readonly #options: StreamProjectionOptions;
  readonly #shape: RowShape;
  readonly #invocation: Invocation;
  readonly #account: BatchAccount;
  readonly #counts: BatchCounts;
  /** Keys of the rows that were brought to a new state and are still there. */
  readonly written: RowKey[] = [];

  constructor(
    options: StreamProjectionOptions,
    shape: RowShape,
    invocation: Invocation,
    account: BatchAccount,
  ) {
    this.#options = options;
    this.#shape = shape;
    this.#invocation = invocation;
    this.#account = account;
    this.#counts = account.counts;
  }

  /** Reads every record; finds the newest image of each key, by version and not by place, and what is malformed. */
  sortOut<Row extends object>(records: readonly DynamoDBRecord[], projection: Projection<Row>, now: number) {
    const tombstone = {
      [DELETED]: true,
      [EXPIRES_AT]: Math.floor(now / 1_000) + TOMBSTONE_DAYS * DAY_SECONDS,
    };
    const newest = new Map<string, Pending>();
    const malformed = new Map<string, QuarantineEntry>();
    for (const record of records) {
      try {
        const { id, key, version, row } = readImage(record, projection);
        const columns = (row ?? tombstone) as Columns;
        const created = record.eventName === 'INSERT';
        const image: Pending = { key, version, columns, created, record, older: undefined };
        const known = newest.get(id);
        if (known) this.#counts.superseded++;
        newest.set(id, known ? insertByVersion(known, image) : image);
      } catch (error) {
        const entry = toQuarantineEntry(record, toRecordError(error), projection.key);
        const id = `${entry.version} ${entry.tableKey}`;
        if (malformed.has(id)) this.#counts.superseded++;
        else malformed.set(id, entry);
      }
    }
    return { newest: [...newest.values()], malformed: [...malformed.values()] };
  }

  /**
   * Writes each image. One that can never be stored goes to quarantine, and the next older one of its key, which it had
   * superseded, is written instead: where a batch happens to end must not make a difference.
   */
  async write(images: readonly Pending[]): Promise<void> {
    if (images.length === 0) return;
    const { outcomes, retried } = await this.#options.rows.write(this.#shape, images, this.#invocation);
    this.#counts.retried += retried;
    const refused: QuarantineEntry[] = [];
    const instead: Pending[] = [];
    for (const [index, image] of images.entries()) {
      const outcome = outcomes[index] ?? { status: 'failed', cause: 'NO_OUTCOME' };
      if (outcome.status === 'written') {
        this.#counts.projected++;
        if (image.record.eventName === 'REMOVE') this.#counts.tombstoned++;
        else this.written.push(image.key);
      } else if (outcome.status === 'stale') {
        this.#counts.stale++;
      } else if (outcome.status === 'failed') {
        // An older image may be needed again should this one be refused then, so it has to come again too.
        this.#account.fail(oldest(image).record, outcome.cause);
      } else {
        refused.push(toQuarantineEntry(image.record, outcome.error, this.#shape.key));
        if (image.older) instead.push({ ...image.older, created: image.created });
      }
    }
    this.#counts.superseded -= instead.length;
    await Promise.all([this.quarantine(refused), this.write(instead)]);
  }

  async quarantine(entries: readonly QuarantineEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { outcomes, retried } = await this.#options.quarantine.put(entries, this.#invocation);
    this.#counts.retried += retried;
    for (const [index, entry] of entries.entries()) {
      const outcome = outcomes[index] ?? { status: 'failed', cause: 'NO_OUTCOME' };
      if (outcome.status === 'failed') this.#account.fail(entry.record, outcome.cause);
      else if (outcome.status === 'known') this.#counts.requarantined++;
      else {
        this.#counts.quarantined++;
        this.#account.cause(entry.error.code);
      }
    }
  }
}

/** Puts an image among those of its key, newest on top. If one of them was an INSERT, the row is likely to be new. */
const insertByVersion = (top: Pending, image: Pending): Pending => {
  top.created ||= image.created;
  if (image.version > top.version) {
    image.created = top.created;
    image.older = top;
    return image;
  }
  let above = top;
  while (above.older && above.older.version > image.version) above = above.older;
  const known = above.version === image.version || above.older?.version === image.version;
  if (!known) {
    image.older = above.older;
    above.older = image;
  }
  return top;
};

const oldest = (image: Pending): Pending => {
  let at = image;
  while (at.older) at = at.older;
  return at;
};

/** No record may stop a batch: what is no object at all goes its way as one, to quarantine. */
const readable = (record: unknown): DynamoDBRecord =>
  typeof record === 'object' && record !== null && !Array.isArray(record)
    ? (record as DynamoDBRecord)
    : ({ unreadable: record } as unknown as DynamoDBRecord);

/** A projection that throws something else than an AppError has a bug; its record waits for the mended one. */
const toRecordError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('INTERNAL.ERROR', { detail: `The projection failed: ${error}`, cause: error });
