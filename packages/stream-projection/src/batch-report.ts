import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { versionOf } from './stream-record.ts';

/** What became of the records of one batch. Each record is in exactly one of the counts up to `failed`. */
export interface BatchCounts {
  records: number;
  /** Rows brought to a new state, tombstones among them. */
  projected: number;
  /** Images that a newer one of the same batch made needless. */
  superseded: number;
  /** Images that the stored row was as new as, or newer than. */
  stale: number;
  /** Records put into quarantine. */
  quarantined: number;
  /** Records that were in quarantine already. */
  requarantined: number;
  /** Records that could not be handled now; Lambda delivers them again. */
  failed: number;
  /** Of the projected ones: rows of removed items. */
  tombstoned: number;
  /** Statements that had to be sent again. */
  retried: number;
}

export interface BatchReport extends BatchCounts {
  /** ARN of the stream. */
  readonly source: string | undefined;
  /** The sequence numbers of the batch, from the first to the last record as delivered. */
  readonly firstSequenceNumber: string | undefined;
  readonly lastSequenceNumber: string | undefined;
  /** The lowest sequence number that has to come again. */
  readonly failedSequenceNumber: string | undefined;
  /** Milliseconds since the oldest record was written; undefined when no record tells its time. */
  readonly lagMs: number | undefined;
  /** When the last record was written, in milliseconds since 1970; undefined when it does not say. */
  readonly lastWrittenAt: number | undefined;
  /** How often each code was the reason for a quarantine or a failure. */
  readonly causes: Readonly<Record<string, number>>;
}

/** Where the counts go; called once for each batch. */
export interface BatchMetrics {
  record(report: BatchReport): void;
}

/** Where the line of a batch goes; the loggers of Powertools and of Fastify's pino wrap easily. */
export interface BatchLog {
  info(message: string, fields: BatchReport): void;
  /** Some record was put into quarantine. */
  warn(message: string, fields: BatchReport): void;
  /** Some record has to come again. */
  error(message: string, fields: BatchReport): void;
}

/** The account of one batch under way, from the first look at its records to the answer. */
export class BatchAccount {
  readonly counts: BatchCounts = {
    records: 0,
    projected: 0,
    superseded: 0,
    stale: 0,
    quarantined: 0,
    requarantined: 0,
    failed: 0,
    tombstoned: 0,
    retried: 0,
  };
  /** What became of the batch, as soon as the account is closed. */
  report: BatchReport | undefined;
  readonly #records: readonly DynamoDBRecord[];
  readonly #causes: Record<string, number> = {};
  /** Of the records that have to come again, the one that comes first in the stream. */
  #failed: DynamoDBRecord | undefined;

  constructor(records: readonly DynamoDBRecord[]) {
    this.#records = records;
    this.counts.records = records.length;
  }

  /** A record has to come again. */
  fail(record: DynamoDBRecord, cause: string): void {
    this.counts.failed++;
    this.cause(cause);
    if (!this.#failed || (versionOf(record) ?? '') < (versionOf(this.#failed) ?? '')) this.#failed = record;
  }

  /** A code was the reason for a quarantine or a failure. */
  cause(code: string): void {
    this.#causes[code] = (this.#causes[code] ?? 0) + 1;
  }

  /**
   * Closes the account.
   *
   * @param now milliseconds since 1970
   * @returns from which record on the batch has to come again, as Lambda wants to be told
   */
  close(now: number, { metrics, log }: { metrics?: BatchMetrics; log?: BatchLog }): DynamoDBBatchResponse {
    const failedSequenceNumber = this.#failed?.dynamodb?.SequenceNumber;
    const report = {
      ...this.counts,
      source: this.#records[0]?.eventSourceARN,
      firstSequenceNumber: this.#records[0]?.dynamodb?.SequenceNumber,
      lastSequenceNumber: this.#records.at(-1)?.dynamodb?.SequenceNumber,
      failedSequenceNumber,
      lagMs: lagMs(this.#records, now),
      lastWrittenAt: writtenAt(this.#records.at(-1)),
      causes: this.#causes,
    };
    this.report = report;
    metrics?.record(report);
    if (log) logBatch(log, report);
    if (!this.#failed) return { batchItemFailures: [] };
    // To Lambda an empty identifier means the whole batch: right for a record that has no place in the stream.
    const itemIdentifier = versionOf(this.#failed) === undefined ? '' : String(failedSequenceNumber);
    return { batchItemFailures: [{ itemIdentifier }] };
  }
}

const writtenAt = (record: DynamoDBRecord | undefined): number | undefined => {
  const seconds = record?.dynamodb?.ApproximateCreationDateTime;
  return seconds === undefined ? undefined : seconds * 1_000;
};

const lagMs = (records: readonly DynamoDBRecord[], now: number): number | undefined => {
  let oldestSeconds = Number.POSITIVE_INFINITY;
  for (const { dynamodb } of records) {
    const seconds = dynamodb?.ApproximateCreationDateTime;
    if (typeof seconds === 'number') oldestSeconds = Math.min(oldestSeconds, seconds);
  }
  return oldestSeconds === Number.POSITIVE_INFINITY ? undefined : Math.max(0, now - oldestSeconds * 1_000);
};

const logBatch = (log: BatchLog, report: BatchReport): void => {
  if (report.failed > 0) log.error('Batch projected in part', report);
  else if (report.quarantined > 0) log.warn('Batch projected, with records in quarantine', report);
  else log.info('Batch projected', report);
};
