import { LOCAL_AWS } from '@notify/dynamodb';

/** A stream record as GetRecords sends it, as far as it is looked at; what else there is in it is passed on. */
export interface StreamRecord {
  readonly eventName?: string;
  readonly dynamodb?: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime?: number;
    readonly SequenceNumber?: string;
  };
  readonly userIdentity?: { readonly Type?: string; readonly PrincipalId?: string };
}

/** A stream record as a Lambda function gets it, in JSON text, with what the poller has to know of it. */
export interface LambdaRecord {
  readonly sequenceNumber: string;
  readonly json: string;
  /** When it was written, in ms since 1970. */
  readonly writtenAt: number;
}

const EVENT_NAMES = new Set(['INSERT', 'MODIFY', 'REMOVE']);

/**
 * The event shape of https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html. DynamoDB Local names some removals otherwise; whatever
 * is no insert and no modification is one. The images go through as they are, whatever they hold.
 */
export const toLambdaRecord = (record: StreamRecord, streamArn: string): LambdaRecord => {
  const { SequenceNumber: sequenceNumber = '', ApproximateCreationDateTime: written = Date.now() / 1000 } =
    record.dynamodb ?? {};
  const { userIdentity, ...rest } = record;
  const event = {
    ...rest,
    eventName: EVENT_NAMES.has(record.eventName ?? '') ? record.eventName : 'REMOVE',
    eventSource: 'aws:dynamodb',
    awsRegion: LOCAL_AWS.region,
    dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Math.floor(written) },
    ...(userIdentity && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    eventSourceARN: streamArn,
  };
  return { sequenceNumber, json: JSON.stringify(event), writtenAt: written * 1000 };
};

export const toLambdaEvent = (records: readonly LambdaRecord[]): string =>
  `{"Records":[${records.map((record) => record.json).join(',')}]}`;

/** Room for the braces around the records. */
const ENVELOPE_BYTES = 64;

/** Cuts records into batches of at most `batchSize` records and `maxBytes` of event, in order. */
export function* toBatches(
  records: readonly LambdaRecord[],
  batchSize: number,
  maxBytes: number,
): Generator<readonly LambdaRecord[]> {
  let batch: LambdaRecord[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const record of records) {
    const size = Buffer.byteLength(record.json) + 1;
    if (batch.length === batchSize || (batch.length > 0 && bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = ENVELOPE_BYTES;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
