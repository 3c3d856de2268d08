import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

import { isThrottle } from './error-kinds.ts';

type RetryStrategy = Exclude<
  NonNullable<DynamoDBClientConfig['retryStrategy']>,
  { mode?: string } & { retry: unknown }
>;
type RetryToken = Awaited<
  ReturnType<Extract<RetryStrategy, { acquireInitialRetryToken: unknown }>['acquireInitialRetryToken']>
>;

const MAX_ATTEMPTS = 10;
/** Each of these has taken the whole of the client's time limit. */
const MAX_SILENT_ATTEMPTS = 3;
const BASE_MS = 50;
const CAP_MS = 5_000;

/**
 * Tries again for about half a minute what may pass. The SDK's own strategy has a budget of retries over all requests, so that functions
 * do not press on a table in trouble; an operator's tool that is halfway through a large table waits instead. A peer that is silent is
 * asked three times.
 */
export const patientRetries = {
  mode: 'standard',
  acquireInitialRetryToken: async (): Promise<RetryToken> => token(0),
  refreshRetryTokenForRetry: async (
    last: RetryToken,
    { errorType, error }: { readonly errorType: string; readonly error?: unknown },
  ): Promise<RetryToken> => {
    const count = last.getRetryCount() + 1;
    const attempts = isSilence(error) ? MAX_SILENT_ATTEMPTS : MAX_ATTEMPTS;
    if (count >= attempts || (errorType === 'CLIENT_ERROR' && !isThrottle(error)))
      throw new Error('There is no use in trying again.');
    return token(count);
  },
  recordSuccess: () => {},
};

/** A peer that is there and says nothing. The SDK's TimeoutError is also a connection that broke, which has the code of that. */
const isSilence = (error: unknown): boolean => {
  const { name, code = 'ETIMEDOUT' } = (error ?? {}) as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' && code === 'ETIMEDOUT';
};

const token = (count: number): RetryToken => {
  const delayMs = count === 0 ? 0 : Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** count);
  return { getRetryCount: () => count, getRetryDelay: () => delayMs };
};
