import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StatementBatchesOptions } from '@notify/dynamodb';
import { DynamoDBQuarantine, PartiqlRowWriter, type StreamProjection } from '@notify/stream-projection';
import { DynamoDBEventReader } from '../events/dynamodb-event-reader.ts';
import { DynamoDBKeyStore } from '../keys/dynamodb-key-store.ts';
import { masterKey } from '../keys/master-key.ts';
import { DynamoDBUserRows } from './dynamodb-user-rows.ts';
import { createUserProjection, type UserProjectionOptions } from './user-projection.ts';

/** Where the users' events, keys and rows live. */
export interface UserProjectionNames {
  readonly EVENTS_TABLE: string;
  readonly USER_SUMMARY_TABLE: string;
  readonly USER_DETAIL_TABLE: string;
  readonly USER_KEY_TABLE: string;
  readonly QUARANTINE_TABLE: string;
  /** `local:<32 bytes in base64>`, or the ARN, id or alias of a KMS key. */
  readonly USER_MASTER_KEY: string;
}

/** The users' projection over their tables in DynamoDB. */
export const userProjection = (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  {
    batches,
    ...options
  }: Pick<UserProjectionOptions, 'metrics' | 'log' | 'clock'> & { batches?: StatementBatchesOptions } = {},
): StreamProjection => {
  const tables = { detail: names.USER_DETAIL_TABLE, summary: names.USER_SUMMARY_TABLE };
  return createUserProjection({
    events: new DynamoDBEventReader(dynamodb, names.EVENTS_TABLE),
    keys: new DynamoDBKeyStore(dynamodb, names.USER_KEY_TABLE, masterKey(names.USER_MASTER_KEY)),
    rows: new DynamoDBUserRows(dynamodb, tables),
    writers: {
      detail: new PartiqlRowWriter(dynamodb, tables.detail, batches),
      summary: new PartiqlRowWriter(dynamodb, tables.summary, batches),
    },
    quarantine: new DynamoDBQuarantine(dynamodb, names.QUARANTINE_TABLE, batches),
    ...options,
  });
};
