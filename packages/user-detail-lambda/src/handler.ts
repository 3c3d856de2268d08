import { createDynamoDBClient } from '@notify/dynamodb';
import { httpHandler, readConfig, TableName } from '@notify/lambda-runtime';
import { createReadUser, findUser, parseAtLeast, parseUserId } from '@notify/users';
import * as z from 'zod/mini';

const config = readConfig(z.object({ USER_DETAIL_TABLE: TableName }));
const readUser = createReadUser(findUser(createDynamoDBClient(), config.USER_DETAIL_TABLE));

/** One user: `GET /detail`. */
export const handler = httpHandler({
  'GET /detail': async ({ parameters: { user_id, at_least } }) =>
    readUser(parseUserId(user_id), parseAtLeast(at_least)),
});
