import { createDynamoDBClient, httpHandler, readConfig, TableName } from '@notify/lambda-runtime';
import * as z from 'zod/mini';
import { listUsers } from './adapters/user-summaries.ts';
import { parseListQuery } from './application/list-query.ts';

const config = readConfig(z.object({ USER_SUMMARY_TABLE: TableName }));
const list = listUsers(createDynamoDBClient(), config.USER_SUMMARY_TABLE);

/** The users, page by page: `GET /list`. */
export const handler = httpHandler({
  'GET /list': async ({ parameters }) => list(parseListQuery(parameters)),
});
