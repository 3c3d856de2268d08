import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

type PlainValue = string | number | boolean | null | AttributeValue;

/** Plain values as a stream record carries them; an attribute value is left as it is. */
export const toStreamImage = (plain: Readonly<Record<string, unknown>>): Record<string, AttributeValue> => {
  const image: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value !== undefined) image[name] = toStreamValue(value as PlainValue);
  }
  return image;
};

const toStreamValue = (value: PlainValue): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return value ?? { NULL: true };
};

/** Who removes an item whose time to live is up. */
export const TIME_TO_LIVE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;

export interface StreamRecordFields {
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly table?: string;
  readonly sequenceNumber?: string | number | bigint;
  readonly keys?: Readonly<Record<string, unknown>>;
  /** The new image, with or without the keys. */
  readonly image?: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly writtenAt?: number;
  /** Who did it, when DynamoDB did it by itself. */
  readonly userIdentity?: typeof TIME_TO_LIVE;
}

/** A record of a stream, as Lambda gets it. */
export const aStreamRecord = (fields: StreamRecordFields = {}): DynamoDBRecord => {
  const {
    eventName = 'INSERT',
    table = 'accounts',
    sequenceNumber = 1,
    keys = { account: 'a', number: 1 },
    image = { owner: 'Ada' },
    writtenAt = 1_700_000_000_000,
    userIdentity,
  } = fields;
  return {
    eventID: `event-${sequenceNumber}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN: `arn:aws:dynamodb:eu-central-1:000000000000:table/${table}/stream/2026-01-01T00:00:00.000`,
    dynamodb: {
      ApproximateCreationDateTime: writtenAt / 1_000,
      Keys: toStreamImage(keys),
      ...(eventName !== 'REMOVE' && { NewImage: toStreamImage({ ...keys, ...image }) }),
      SequenceNumber: String(sequenceNumber),
      SizeBytes: 100,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    ...(userIdentity && { userIdentity }),
  };
};

export const aStreamEvent = (...records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records: records });
