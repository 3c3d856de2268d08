import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * A client for a Lambda: region, credentials and endpoint from the environment, connections kept alive between
 * invocations, and time limits well under the function's own, so that a dead connection costs a retry and not a timeout.
 */
export const createDynamoDBClient = (): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 5_000,
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
