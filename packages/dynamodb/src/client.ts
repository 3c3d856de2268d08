import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** How long one try of a request may take, in milliseconds. */
export interface TimeLimits {
  readonly connectionMs: number;
  /** From the request's end to its answer's beginning. */
  readonly requestMs: number;
  readonly attempts: number;
}

/**
 * For a function that someone waits for, which has 10 seconds: two requests one after the other, each to a peer that is silent, and
 * there is still time for an answer.
 */
export const ANSWER_LIMITS: TimeLimits = { connectionMs: 1_000, requestMs: 1_400, attempts: 3 };
/** For a function behind a stream, which has a minute and whose batch comes again. */
export const STREAM_LIMITS: TimeLimits = { connectionMs: 1_000, requestMs: 5_000, attempts: 4 };

/** For the `requestHandler` of any AWS client. Without `throwOnRequestTimeout` the SDK only warns of a request that is late. */
export const requestHandler = ({ connectionMs, requestMs }: Pick<TimeLimits, 'connectionMs' | 'requestMs'>) =>
  ({
    connectionTimeout: connectionMs,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: 64 },
    httpsAgent: { keepAlive: true, maxSockets: 64 },
  }) as const;

/**
 * A client whose limits hold, with connections kept alive between requests; region, credentials and endpoint from the
 * environment. A Lambda needs nothing else. It puts its middleware together once for each class of command, which is a tenth of what a
 * request costs: add to it before the first request.
 */
export const createDynamoDBClient = (
  limits: TimeLimits = ANSWER_LIMITS,
  config: DynamoDBClientConfig = {},
): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: limits.attempts,
    requestHandler: requestHandler(limits),
    cacheMiddleware: true,
    ...config,
  });
