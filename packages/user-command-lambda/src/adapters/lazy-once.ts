import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Once } from '../application/handle-command.ts';

/** {@link powertoolsOnce}, loaded with the first command that has a key: most commands have none, and a cold start not the time. */
export const lazyOnce = (dynamodb: DynamoDBClient, table: string): Once => {
  let loading: Promise<Once> | undefined;
  return async (key, handle) => {
    loading ??= import('./powertools-once.ts').then(({ powertoolsOnce }) => powertoolsOnce(dynamodb, table));
    return (await loading)(key, handle);
  };
};
