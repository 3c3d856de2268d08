import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Idempotency } from './handle-command.ts';

/** {@link powertoolsIdempotency}, loaded with the first command that has a key: most commands have none, and a cold start not the time. */
export const lazyIdempotency = (dynamodb: DynamoDBClient, table: string): Idempotency => {
  let loading: Promise<Idempotency> | undefined;
  return async (key, handle) => {
    loading ??= import('./powertools-idempotency.ts').then(({ powertoolsIdempotency }) =>
      powertoolsIdempotency(dynamodb, table),
    );
    return (await loading)(key, handle);
  };
};
