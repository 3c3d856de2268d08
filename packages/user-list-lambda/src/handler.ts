import { createDynamoDBClient } from '@notify/dynamodb';
import { httpHandler, readConfig, TableName } from '@notify/lambda-runtime';
import { listUsers, parseListQuery } from '@notify/users';
import * as z from 'zod/mini';

const config = readConfig(z.object({ USER_SUMMARY_TABLE: TableName }));
const list = listUsers(createDynamoDBClient(), config.USER_SUMMARY_TABLE);

/** The users, page by page: `GET /list`. */
export const handler = httpHandler({
  'GET /list': async ({ parameters }) => list(parseListQuery(parameters)),
});
