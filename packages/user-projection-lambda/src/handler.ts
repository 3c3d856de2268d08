import { createDynamoDBClient, STREAM_LIMITS } from '@notify/dynamodb';
import { batchLog, batchMetrics, readConfig, streamHandler, TableName } from '@notify/lambda-runtime';
import { userProjection } from '@notify/users';
import * as z from 'zod/mini';

const config = readConfig(
  z.object({
    EVENTS_TABLE: TableName,
    USER_SUMMARY_TABLE: TableName,
    USER_DETAIL_TABLE: TableName,
    USER_KEY_TABLE: TableName,
    QUARANTINE_TABLE: TableName,
    USER_MASTER_KEY: z.string().check(z.minLength(1)),
  }),
);

/** The stream of `EventsTable` into `UserSummaryTable` and `UserDetailTable`. */
export const handler = streamHandler(
  userProjection(createDynamoDBClient(STREAM_LIMITS), config, { metrics: batchMetrics, log: batchLog }),
);
