import { CAMPAIGN_PROJECTION, createCampaignProjection, DynamoDBParts } from '@notify/campaign-statistics';
import { createDynamoDBClient, STREAM_LIMITS } from '@notify/dynamodb';
import { batchLog, batchMetrics, readConfig, TableName, windowHandler } from '@notify/lambda-runtime';
import { positionsByShard } from '@notify/stream-projection';
import * as z from 'zod/mini';

const config = readConfig(z.object({ CAMPAIGN_TABLE: TableName, POSITION_TABLE: TableName }));
const dynamodb = createDynamoDBClient(STREAM_LIMITS);

/** The stream of `command-records` into `campaign-statistics`. */
export const handler = windowHandler(
  createCampaignProjection({
    parts: new DynamoDBParts(dynamodb, config.CAMPAIGN_TABLE),
    positionsOf: positionsByShard(dynamodb, {
      table: config.POSITION_TABLE,
      projection: CAMPAIGN_PROJECTION,
    }),
    metrics: batchMetrics,
    log: batchLog,
  }),
);
