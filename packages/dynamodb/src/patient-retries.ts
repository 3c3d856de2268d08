import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type RetryStrategy = Exclude<
  NonNullable<DynamoDBClientConfig['retryStrategy']>,
  { mode?: string } & { retry: unknown }
>;
type RetryToken = Awaited<
  ReturnType<Extract<RetryStrategy, { acquireInitialRetryToken: unknown }>['acquireInitialRetryToken']>
>;

const MAX_ATTEMPTS = 10;
const BASE_MS = 50;
const CAP_MS = 5_000;

/**
 * Tries again for about half a minute what may pass. The SDK's own strategy has a budget of retries over all requests, so that functions
 * do not press on a table in trouble; an operator's tool that is halfway through a large table waits instead.
 */
export const patientRetries = {
  mode: 'standard',
  acquireInitialRetryToken: async (): Promise<RetryToken> => token(0),
  refreshRetryTokenForRetry: async (
    last: RetryToken,
    { errorType }: { readonly errorType: string },
  ): Promise<RetryToken> => {
    const count = last.getRetryCount() + 1;
    if (count >= MAX_ATTEMPTS || errorType === 'CLIENT_ERROR')
      throw new Error('There is no use in trying again.');
    return token(count);
  },
  recordSuccess: () => {},
};

const token = (count: number): RetryToken => {
  const delayMs = count === 0 ? 0 : Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** count);
  return { getRetryCount: () => count, getRetryDelay: () => delayMs };
};
