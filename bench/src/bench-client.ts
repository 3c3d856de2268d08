import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';

/** A client for DynamoDB Local that never waits for a connection. */
export const benchClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    ...LOCAL_AWS,
    endpoint,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 64 } },
  });
