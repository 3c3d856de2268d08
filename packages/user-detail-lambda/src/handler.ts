import { createDynamoDBClient, httpHandler, readConfig, TableName } from '@notify/lambda-runtime';
import { parseAtLeast, parseUserId } from '@notify/user-domain';
import * as z from 'zod/mini';
import { findUser } from './adapters/user-details.ts';
import { createReadUser } from './application/read-user.ts';

const config = readConfig(z.object({ USER_DETAIL_TABLE: TableName }));
const readUser = createReadUser(findUser(createDynamoDBClient(), config.USER_DETAIL_TABLE));

/** One user: `GET /detail`. */
export const handler = httpHandler({
  'GET /detail': async ({ parameters: { user_id, at_least } }) =>
    readUser(parseUserId(user_id), parseAtLeast(at_least)),
});
