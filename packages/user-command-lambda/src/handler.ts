import { createDynamoDBClient } from '@notify/dynamodb';
import { httpHandler, readConfig, TableName } from '@notify/lambda-runtime';
import { createHandleCommand, createUserCommands, lazyIdempotency } from '@notify/users';
import * as z from 'zod/mini';

const config = readConfig(
  z.object({
    EVENTS_TABLE: TableName,
    USER_KEY_TABLE: TableName,
    IDEMPOTENCY_TABLE: TableName,
    USER_MASTER_KEY: z.string().check(z.minLength(1)),
  }),
);
const dynamodb = createDynamoDBClient();
const handleCommand = createHandleCommand(
  createUserCommands(dynamodb, config),
  lazyIdempotency(dynamodb, config.IDEMPOTENCY_TABLE),
);

/** Commands on users: `POST /command`. */
export const handler = httpHandler({
  'POST /command': async ({ body, headers }) => handleCommand(body, headers['idempotency-key']),
});
