import { CampaignReader } from '@notify/campaign-statistics';
import { createDynamoDBClient } from '@notify/dynamodb';
import {
  directHandler,
  httpHandler,
  httpOrDirectHandler,
  queryRoutes,
  readConfig,
  reportRoutes,
  TableName,
} from '@notify/lambda-runtime';
import { PlacementReader, readLatestKeys, tablesAt } from '@notify/read-model';
import { CAMPAIGN_REPORTS, functionEnvelope } from '@notify/shared-domain';
import * as z from 'zod/mini';
import { DynamoDBNotificationReader } from './adapters/dynamodb-notification-reader.ts';
import { answerInvocation } from './application/answer-invocation.ts';
import { CampaignReports } from './application/campaign-reports.ts';

const config = readConfig(
  z.object({
    NOTIFICATION_TABLE: TableName,
    READ_MODEL_TABLE: TableName,
    CAMPAIGN_TABLE: TableName,
    POSITION_TABLE: TableName,
  }),
);
const dynamodb = createDynamoDBClient();
const source = new PlacementReader(dynamodb, {
  table: config.READ_MODEL_TABLE,
  readModel: config.NOTIFICATION_TABLE,
});
const reader = new DynamoDBNotificationReader(
  dynamodb,
  async () => {
    const { active: name } = tablesAt(await source.placement(), Date.now());
    // A rebuilt one has a name that no other system knows.
    return { name, isOurs: name !== config.NOTIFICATION_TABLE };
  },
  () => readLatestKeys(dynamodb, config.POSITION_TABLE),
);
const reports = new CampaignReports(new CampaignReader(dynamodb, config.CAMPAIGN_TABLE));

/** V4 of the API and the reports by their routes; every query by direct invoke: `{query_type, …}`. */
export const handler = httpOrDirectHandler(
  httpHandler({
    ...queryRoutes('V4', (query) => reader.read(query), functionEnvelope),
    ...reportRoutes(CAMPAIGN_REPORTS, reports),
  }),
  directHandler(answerInvocation(reader, reports)),
);
