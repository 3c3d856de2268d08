const THROTTLES: ReadonlySet<string | undefined> = new Set([
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingError',
  'ThrottlingException',
]);

interface Refused {
  readonly name?: string;
  readonly CancellationReasons?: readonly { readonly Code?: string | undefined }[];
}

/**
 * Whether DynamoDB asked to slow down: by the error's name, or for a part of a transaction, which then is cancelled as a whole.
 * @param error as the SDK throws it
 */
export const isThrottle = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { name, CancellationReasons: reasons = [] } = error as Refused;
  return THROTTLES.has(name) || reasons.some(({ Code: code }) => THROTTLES.has(code));
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
