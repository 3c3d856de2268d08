import type { TestProject } from 'vitest/node';
import { startDynamoDBLocal } from './dynamodb-local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the DynamoDB Local of this test run. */
    dynamodbEndpoint: string;
  }
}

/** One DynamoDB Local in memory for a whole test run; `inject('dynamodbEndpoint')` gives its URL. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const dynamodb = await startDynamoDBLocal();
  provide('dynamodbEndpoint', dynamodb.endpoint);
  return dynamodb.stop;
};
