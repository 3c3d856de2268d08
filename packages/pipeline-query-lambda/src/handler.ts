import { CAMPAIGN_PROJECTION } from '@notify/campaign-statistics';
import { createDynamoDBClient } from '@notify/dynamodb';
import {
  directHandler,
  httpHandler,
  httpOrDirectHandler,
  readConfig,
  reportRoutes,
  TableName,
} from '@notify/lambda-runtime';
import { PlacementReader, ROW_PROJECTION } from '@notify/read-model';
import { PIPELINE_REPORTS } from '@notify/shared-domain';
import * as z from 'zod/mini';
import { answerInvocation } from './application/answer-invocation.ts';
import { PipelineReports } from './application/pipeline-reports.ts';

const config = readConfig(
  z.object({
    COMMAND_TABLE: TableName,
    NOTIFICATION_TABLE: TableName,
    READ_MODEL_TABLE: TableName,
    QUARANTINE_TABLE: TableName,
    POSITION_TABLE: TableName,
  }),
);
const dynamodb = createDynamoDBClient();
const readModel = { table: config.READ_MODEL_TABLE, readModel: config.NOTIFICATION_TABLE };
const reports = new PipelineReports(dynamodb, {
  commands: config.COMMAND_TABLE,
  quarantine: config.QUARANTINE_TABLE,
  positions: config.POSITION_TABLE,
  readModel,
  placement: new PlacementReader(dynamodb, readModel),
  projections: [ROW_PROJECTION, CAMPAIGN_PROJECTION],
});

/** The questions about the pipeline by their routes, and by direct invoke: `{query_type, …}`. */
export const handler = httpOrDirectHandler(
  httpHandler(reportRoutes(PIPELINE_REPORTS, reports)),
  directHandler(answerInvocation(reports)),
);
