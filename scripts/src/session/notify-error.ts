import { toStoreError } from '@notify/dynamodb';

/** What can stop a command, or set a record of an import aside, each with what to do about it. docs/cli.md lists them; a test keeps both equal. */
export const NOTIFY_ERRORS = {
  'API.UNKNOWN': 'Give the base URL of the query API with --api-url or NOTIFY_API_URL.',
  'CONFIRMATION.REQUIRED': 'Say --yes to write to AWS without being asked.',
  'IMPORT.KEY_MISSING':
    'Give the record a transaction_id (text) and a created_at (number), and import that again.',
  'IMPORT.KEY_TAKEN':
    'Compare it with the command that is there; remove one of the two, or give one another created_at.',
  'IMPORT.NOT_AN_EXPORT':
    'Give an S3 export in DynamoDB JSON, the output of `aws dynamodb scan`, JSON lines or a JSON array.',
  'IMPORT.RECORD_MALFORMED':
    'Mend it, or say what it means with --default-… or --map-…, and import that again.',
  'IMPORT.RECORD_REFUSED': 'Mend what DynamoDB names, and import that again.',
  'IMPORT.RECORD_TOO_LARGE': 'An item holds at most 400 KB: shorten its payload, and import that again.',
  'IMPORT.RECORD_UNREADABLE': 'Mend the line, and import that again.',
  'IMPORT.STATE_FOREIGN': 'Give another --folder, or remove that one to begin anew.',
  'INPUT.INVALID': 'See `notify help <command>`.',
  'REBUILD.IN_PROGRESS': 'See `notify rebuild --status`; go on, roll back or finish first.',
  'REBUILD.NOTHING': 'See `notify rebuild --status`.',
  'REBUILD.TABLE_PROTECTED': 'Turn deletion protection of that table off, then finish again.',
  'TABLE.MISSING': 'Apply Terraform, start the stack, or name the table by its option.',
  'TARGET.DENIED':
    'Use credentials that may do this (docs/cli.md has the permissions of each command), and NOTIFY_API_AUTHORIZATION=AWS_IAM for an API that asks for signatures.',
  'TARGET.FAILED': 'Run the command again: it goes on, or begins anew without harm.',
  'TARGET.NONE':
    'Start the embedded stack (`npx --yes pnpm@12 start`), or set AWS_ENDPOINT_URL, or AWS_REGION and credentials; on an instance with a role AWS_REGION and --aws.',
  'TARGET.THROTTLED': 'Run the command again later, or slower where it has a --rate.',
  'TARGET.UNREACHABLE': 'See that the stack is up and the endpoint is right: `notify doctor`.',
} as const;

export type NotifyErrorCode = keyof typeof NOTIFY_ERRORS;

/** A failure that the operator can act on: `code` tells it apart, the message ends with its remedy. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly code: NotifyErrorCode;
  /** What happened, without code and remedy. */
  readonly detail: string;
  readonly remedy: string;

  constructor(code: NotifyErrorCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail} ${NOTIFY_ERRORS[code]}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.remedy = NOTIFY_ERRORS[code];
  }
}

/** What a command ends with. A shell script can tell "there is something to do" from "it did not work". */
export const EXIT = {
  /** Done, and all is as it should be. */
  ok: 0,
  /** Done, and there is something left to see to: differences, entries that stay, failing checks. */
  attention: 1,
  /** Nothing was done: wrong usage, no target, not confirmed. */
  usage: 2,
  /** It did not come to its end; it can be run again. */
  failed: 3,
  /** Ended by Ctrl-C; it can be run again. */
  interrupted: 130,
} as const;

const USAGE_ERRORS: ReadonlySet<NotifyErrorCode> = new Set([
  'API.UNKNOWN',
  'CONFIRMATION.REQUIRED',
  'IMPORT.NOT_AN_EXPORT',
  'IMPORT.STATE_FOREIGN',
  'INPUT.INVALID',
  'REBUILD.IN_PROGRESS',
  'REBUILD.NOTHING',
  'TARGET.NONE',
]);

export const exitCodeOf = (error: unknown): number =>
  error instanceof NotifyError && USAGE_ERRORS.has(error.code) ? EXIT.usage : EXIT.failed;

/** By the names of errors, and by the codes of statements. */
const MISSING = new Set(['ResourceNotFound', 'ResourceNotFoundException', 'TableNotFoundException']);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'CredentialsProviderError',
]);

interface ServiceException {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the SDK threw, as an error with a code and a remedy where there is one. */
export const toNotifyError = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof NotifyError) return error;
  if (MISSING.has(error.name)) {
    return new NotifyError('TABLE.MISSING', 'A table or function is not there.', error);
  }
  const { name, code, $metadata } = error as NodeJS.ErrnoException & ServiceException;
  // A HEAD is answered with a status alone, which the SDK has no name for.
  if (DENIED.has(name) || (name === 'Unknown' && $metadata?.httpStatusCode === 403))
    return new NotifyError('TARGET.DENIED', error.message, error);
  switch (toStoreError(error)?.code) {
    case 'STORE.THROTTLED':
      return new NotifyError(
        'TARGET.THROTTLED',
        'The target asks to slow down, and went on doing so.',
        error,
      );
    case 'UPSTREAM.FAILED':
      return new NotifyError('TARGET.FAILED', 'The target gives an answer that nobody can read.', error);
    case 'UPSTREAM.TIMEOUT':
      return new NotifyError('TARGET.UNREACHABLE', 'The target does not answer (TimeoutError).', error);
    case 'UPSTREAM.UNAVAILABLE':
      return code
        ? new NotifyError('TARGET.UNREACHABLE', `The target does not answer (${code}).`, error)
        : new NotifyError('TARGET.FAILED', `The target has failed itself (${error.name}).`, error);
    default:
      return error;
  }
};
