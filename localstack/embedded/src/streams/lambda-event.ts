import type { AttributeValue, _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { LOCAL_AWS } from '@notify/dynamodb-local';

/** A stream record as a Lambda function gets it, in JSON text, with what the poller has to know of it. */
export interface LambdaRecord {
  readonly sequenceNumber: string;
  readonly json: string;
}

const EVENT_NAMES = new Set(['INSERT', 'MODIFY', 'REMOVE']);

/**
 * The event shape of https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: binary values in base64, times in seconds.
 * DynamoDB Local names some removals otherwise; whatever is no insert and no modification is one.
 */
export const toLambdaRecord = (record: StreamRecord, streamArn: string): LambdaRecord => {
  const {
    ApproximateCreationDateTime,
    Keys,
    NewImage,
    OldImage,
    SequenceNumber = '',
    ...sizes
  } = record.dynamodb ?? {};
  const event = {
    eventID: record.eventID,
    eventName: EVENT_NAMES.has(record.eventName ?? '') ? record.eventName : 'REMOVE',
    eventVersion: record.eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: LOCAL_AWS.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((ApproximateCreationDateTime?.getTime() ?? Date.now()) / 1000),
      Keys: image(Keys),
      NewImage: image(NewImage),
      OldImage: image(OldImage),
      SequenceNumber,
      ...sizes,
    },
    ...(record.userIdentity && {
      userIdentity: { type: record.userIdentity.Type, principalId: record.userIdentity.PrincipalId },
    }),
    eventSourceARN: streamArn,
  };
  return { sequenceNumber: SequenceNumber, json: JSON.stringify(event) };
};

export const toLambdaEvent = (records: readonly LambdaRecord[]): string =>
  `{"Records":[${records.map((record) => record.json).join(',')}]}`;

const image = (attributes: Record<string, AttributeValue> | undefined): Record<string, unknown> | undefined =>
  attributes &&
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, jsonValue(value)]));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const jsonValue = (value: AttributeValue): unknown => {
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(jsonValue) };
  if (value.M) return { M: image(value.M) };
  return value;
};

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
