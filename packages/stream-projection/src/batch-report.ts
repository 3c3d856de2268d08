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

export const logBatch = (log: BatchLog, report: BatchReport): void => {
  if (report.failed > 0) log.error('Batch projected in part', report);
  else if (report.quarantined > 0) log.warn('Batch projected, with records in quarantine', report);
  else log.info('Batch projected', report);
};
