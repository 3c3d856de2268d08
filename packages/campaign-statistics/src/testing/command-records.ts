import type { CommandRecord } from '@notify/shared-domain';
import { aCommand } from '@notify/shared-domain/testing';
import { aStreamRecord, toStreamImage } from '@notify/stream-projection/testing';
import type { DynamoDBRecord } from 'aws-lambda';

type Image = Readonly<Record<string, unknown>>;

/** The image of a command of the campaign `spring`, made at 2026-11-24T13:30Z; each test says what matters to it. */
export const anImage = (fields: Partial<Record<keyof CommandRecord, unknown>> = {}): Image => ({
  ...aCommand({ marketing_id: 'spring', created_at: Date.UTC(2026, 10, 24, 13, 30) }),
  ...fields,
});

/** When the records of {@link aChange} are written. */
export const WRITTEN_AT = Date.UTC(2026, 10, 24, 14);

/** A stream record in which a command changes from one image to another. */
export const aChange = (
  sequenceNumber: string | number,
  before: Image | undefined,
  after: Image | undefined,
  writtenAt = WRITTEN_AT,
): DynamoDBRecord => {
  const eventName = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
  const record = aStreamRecord({ eventName, table: 'command-records', sequenceNumber, writtenAt });
  const { NewImage: _, ...stream } = record.dynamodb ?? {};
  return {
    ...record,
    dynamodb: {
      ...stream,
      ...(after && { NewImage: toStreamImage(after) }),
      ...(before && { OldImage: toStreamImage(before) }),
    },
  };
};

/** The batch of a shard, as an event source with a tumbling window hands it over. */
export const aBatch = (shardId: string | undefined, ...records: DynamoDBRecord[]) => ({
  Records: records,
  ...(shardId !== undefined && { shardId }),
});
