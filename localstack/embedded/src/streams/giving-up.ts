import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functionArn } from '../functions.ts';
import type { LambdaRecord } from './lambda-event.ts';

/** When an event source mapping gives a batch up, and what becomes of it. */
export interface GivingUp {
  /** How often a batch is tried again; -1 is for ever. */
  readonly maximumRetryAttempts: number;
  /** How old a record may grow, in seconds; -1 is without bound. */
  readonly maximumRecordAgeS: number;
  /** Keeps a batch; it has been given up when this resolves, and is tried again when it rejects. */
  keep(batch: GivenUpBatch): Promise<void> | void;
}

/** A batch as Lambda puts it into a bucket. */
export interface GivenUpBatch {
  /** The object's key. */
  readonly key: string;
  /** JSON text: why, and the whole event as text in `payload`. */
  readonly body: string;
}

export type GivenUpCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** How many of the records, from the first on, are too old. */
export const expiredRecords = (
  records: readonly LambdaRecord[],
  maximumAgeS: number,
  now: number,
): number => {
  if (maximumAgeS < 0) return 0;
  const young = records.findIndex(({ writtenAt }) => now - writtenAt <= maximumAgeS * 1000);
  return young < 0 ? records.length : young;
};

/** The record of an invocation that Lambda sends to an S3 destination: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
export const toGivenUpBatch = (batch: {
  readonly functionName: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly condition: GivenUpCondition;
  readonly attempts: number;
  readonly records: readonly LambdaRecord[];
  readonly event: string;
  readonly now: Date;
}): GivenUpBatch => {
  const { functionName, streamArn, shardId, records, now } = batch;
  const [day = '', time = ''] = now.toISOString().slice(0, 19).split('T');
  const at = (record: LambdaRecord | undefined) => new Date(record?.writtenAt ?? now).toISOString();
  return {
    key: `aws/lambda/${functionName}/${shardId}/${day.replaceAll('-', '/')}/${day}T${time.replaceAll(':', '.')}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn: functionArn(functionName),
        condition: batch.condition,
        approximateInvokeCount: batch.attempts,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
      version: '1.0',
      timestamp: now.toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: records[0]?.sequenceNumber,
        endSequenceNumber: records.at(-1)?.sequenceNumber,
        approximateArrivalOfFirstRecord: at(records[0]),
        approximateArrivalOfLastRecord: at(records.at(-1)),
        batchSize: records.length,
        streamArn,
      },
      payload: batch.event,
    }),
  };
};

/** Keeps batches as files, by the keys that their objects would have. */
export const keepInFolder =
  (folder: string): GivingUp['keep'] =>
  ({ key, body }) => {
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  };
