import { createDynamoDBClient, STREAM_LIMITS } from '@notify/dynamodb';
import { batchLog, batchMetrics, readConfig, streamHandler, TableName } from '@notify/lambda-runtime';
import {
  createRowPositions,
  notificationProjection,
  PlacementReader,
  ReadModelWriter,
} from '@notify/read-model';
import { createStreamProjection, DynamoDBQuarantine, PartiqlRowWriter } from '@notify/stream-projection';
import * as z from 'zod/mini';

const config = readConfig(
  z.object({
    NOTIFICATION_TABLE: TableName,
    QUARANTINE_TABLE: TableName,
    READ_MODEL_TABLE: TableName,
    POSITION_TABLE: TableName,
  }),
);
const dynamodb = createDynamoDBClient(STREAM_LIMITS);
const placement = new PlacementReader(dynamodb, {
  table: config.READ_MODEL_TABLE,
  readModel: config.NOTIFICATION_TABLE,
});

/** The stream of `command-records` into `notification-records`, wherever that lives. */
export const handler = streamHandler(
  createStreamProjection(notificationProjection, {
    rows: new ReadModelWriter(placement, (table) => new PartiqlRowWriter(dynamodb, table)),
    quarantine: new DynamoDBQuarantine(dynamodb, config.QUARANTINE_TABLE),
    positions: createRowPositions(dynamodb, config.POSITION_TABLE),
    metrics: batchMetrics,
    log: batchLog,
  }),
);
