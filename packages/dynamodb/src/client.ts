import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** How long one try of a request may take, in milliseconds. */
export interface TimeLimits {
  readonly connectionMs: number;
  /** From the request's end to its answer's beginning. */
  readonly requestMs: number;
}

/** Well under the time of any function here, so that a silent peer costs a retry and not a timeout. */
export const FUNCTION_LIMITS: TimeLimits = { connectionMs: 1_000, requestMs: 5_000 };

/** For the `requestHandler` of any AWS client. Without `throwOnRequestTimeout` the SDK only warns of a request that is late. */
export const requestHandler = ({ connectionMs, requestMs }: TimeLimits) =>
  ({
    connectionTimeout: connectionMs,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: 64 },
    httpsAgent: { keepAlive: true, maxSockets: 64 },
  }) as const;

/**
 * A client whose limits hold: four tries, connections kept alive between requests; region, credentials and endpoint from the
 * environment. A Lambda needs nothing else.
 */
export const createDynamoDBClient = (
  limits: TimeLimits = FUNCTION_LIMITS,
  config: DynamoDBClientConfig = {},
): DynamoDBClient =>
  new DynamoDBClient({ maxAttempts: 4, requestHandler: requestHandler(limits), ...config });
