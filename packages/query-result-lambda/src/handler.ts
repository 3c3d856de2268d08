import {
  createDynamoDBClient,
  directHandler,
  httpHandler,
  httpOrDirectHandler,
  readConfig,
  TableName,
} from '@notify/lambda-runtime';
import { PlacementReader, tablesAt } from '@notify/read-model';
import { parseQuery, parseQueryParameters, parseQueryType } from '@notify/shared-domain';
import * as z from 'zod/mini';
import { DynamoDBNotificationReader } from './adapters/dynamodb-notification-reader.ts';
import { createAnswerQuery } from './application/answer-query.ts';

const config = readConfig(z.object({ NOTIFICATION_TABLE: TableName, READ_MODEL_TABLE: TableName }));
const dynamodb = createDynamoDBClient();
const source = new PlacementReader(dynamodb, {
  table: config.READ_MODEL_TABLE,
  readModel: config.NOTIFICATION_TABLE,
});
const answerQuery = createAnswerQuery(
  new DynamoDBNotificationReader(dynamodb, async () => tablesAt(await source.placement(), Date.now()).active),
);

/** V4 of the API by its routes; every query by direct invoke: `{query_type, …}`. */
export const handler = httpOrDirectHandler(
  httpHandler({
    'GET /tx': async ({ parameters }) => answerQuery(parseQueryParameters('transaction', parameters)),
    'GET /fail': async ({ parameters }) => answerQuery(parseQueryParameters('fail', parameters)),
  }),
  directHandler(async ({ query_type, ...query }) =>
    answerQuery(parseQuery(parseQueryType(query_type), query)),
  ),
);
