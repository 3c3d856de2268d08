import { AppError } from '@notify/shared-domain';

/** As AWS's services say it, those that the SDK knows for it and one of SQS, and as DynamoDB says it of a part of a request. */
const THROTTLES: ReadonlySet<string | undefined> = new Set([
  'EC2ThrottledException',
  'KmsThrottled',
  'LimitExceededException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'ThrottlingError',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

interface Refused {
  readonly name?: string;
  readonly CancellationReasons?: readonly { readonly Code?: string | undefined }[];
}

/**
 * Whether DynamoDB (or another service of AWS) asked to slow down: by the error's name, or for a part of a transaction, which then is cancelled as a whole.
 * @param error as the SDK throws it
 */
export const isThrottle = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { name, CancellationReasons: reasons = [] } = error as Refused;
  return THROTTLES.has(name) || reasons.some(({ Code: code }) => THROTTLES.has(code));
};

/** What Node calls a peer that cannot be reached or breaks off; the SDK calls some of these a TimeoutError. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
]);

interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  /** Whose fault the service says it is; there when it has answered with one of its errors. */
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

/**
 * Trouble with DynamoDB (or another service of AWS) that may pass, as an error for who waits: `STORE.THROTTLED`, `UPSTREAM.TIMEOUT`
 * for a peer that was silent through all tries, `UPSTREAM.UNAVAILABLE` for one that could not be reached or has failed itself,
 * `UPSTREAM.FAILED` for an answer that nobody can read. Undefined for anything else.
 */
export const toStoreError = (error: unknown): AppError | undefined => {
  if (isThrottle(error)) return new AppError('STORE.THROTTLED', { cause: error });
  const { name, code, $fault, $metadata, $response } = (error ?? {}) as Failure;
  const hasFailed = $fault === 'server' || Number($metadata?.httpStatusCode) >= 500;
  if (hasFailed || UNREACHABLE.has(code)) return new AppError('UPSTREAM.UNAVAILABLE', { cause: error });
  if (name === 'TimeoutError') return new AppError('UPSTREAM.TIMEOUT', { cause: error });
  return $fault === undefined && $response !== undefined
    ? new AppError('UPSTREAM.FAILED', { cause: error })
    : undefined;
};

/** DynamoDB's last word on a statement: to send it again as it is would change nothing. */
export const STATEMENT_REFUSALS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailed',
  'DuplicateItem',
  'ItemCollectionSizeLimitExceeded',
  'ValidationError',
]);

/** What a redeployment mends, and waiting does not. */
export const DEPLOYMENT_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'ResourceNotFound',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
]);
