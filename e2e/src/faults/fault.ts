import { errorsOf, STATEMENT_CODES } from './service-model.ts';

/** A way in which a request to AWS may fail. */
export interface Fault {
  readonly name: string;
  readonly kind: FaultKind;
  /** What is answered; absent when there is no answer. */
  readonly answer?: { readonly status: number; readonly type?: string; readonly body?: string };
}

export type FaultKind =
  /** AWS asks to slow down. */
  | 'throttle'
  /** AWS's own failure. */
  | 'server'
  /** Two writers met; it is right to look again. */
  | 'conflict'
  /** The request, the permission or the table is not as it should be; to ask again changes nothing. */
  | 'refusal'
  | 'silence'
  | 'reset'
  /** What was asked for is done, and the connection is reset in place of the answer. */
  | 'lost'
  | 'garbage'
  | 'cut';

const THROTTLES =
  /Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests|TransactionInProgress|^LimitExceeded|^SlowDown$/;
const CONFLICTS = /ConditionalCheckFailed|DuplicateItem|Conflict|TransactionCanceled/;

const kindOf = (name: string, fault: 'client' | 'server'): FaultKind => {
  if (THROTTLES.test(name)) return 'throttle';
  if (CONFLICTS.test(name)) return 'conflict';
  return fault === 'server' ? 'server' : 'refusal';
};

interface ServiceError {
  readonly name: string;
  readonly status: number;
  readonly fault: 'client' | 'server';
}

/** What every service may answer, whatever its model says of the operation. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html */
const COMMON: readonly ServiceError[] = [
  { name: 'AccessDeniedException', status: 400, fault: 'client' },
  { name: 'ThrottlingException', status: 400, fault: 'client' },
  { name: 'InternalFailure', status: 500, fault: 'server' },
  { name: 'ServiceUnavailable', status: 503, fault: 'server' },
];

/** S3 has names and statuses of its own, which its model leaves out. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const COMMON_OF_S3: readonly ServiceError[] = [
  { name: 'AccessDenied', status: 403, fault: 'client' },
  { name: 'NoSuchBucket', status: 404, fault: 'client' },
  { name: 'SlowDown', status: 503, fault: 'server' },
  { name: 'InternalError', status: 500, fault: 'server' },
  { name: 'ServiceUnavailable', status: 503, fault: 'server' },
];
const S3_STATUSES: Readonly<Record<string, number>> = {
  NotFound: 404,
  NoSuchKey: 404,
  InvalidObjectState: 403,
};

/** Faults that need no service: a peer that is there and silent, one that breaks off, and answers that are none. */
const WIRE: readonly Fault[] = [
  { name: 'silence', kind: 'silence' },
  { name: 'reset', kind: 'reset' },
  { name: 'lost answer', kind: 'lost' },
  {
    name: 'garbage',
    kind: 'garbage',
    answer: { status: 200, type: 'text/html', body: '<html>proxy</html>' },
  },
  { name: 'cut-off body', kind: 'cut', answer: { status: 200, body: '{"Item":' } },
];

/** Every fault of an operation: what its service's model lists, what every service may say, and the wire's. */
export const faultsOf = (service: string, operation: string): Fault[] => {
  const isS3 = service === 's3';
  const errors = [...errorsOf(service, operation), ...(isS3 ? COMMON_OF_S3 : COMMON)];
  const modelled = errors.map(({ name, status, fault }) => ({
    name,
    kind: kindOf(name, fault),
    answer: { status: (isS3 && S3_STATUSES[name]) || status, body: JSON.stringify(bodyOf(name)) },
  }));
  const statements =
    operation === 'BatchExecuteStatement'
      ? STATEMENT_CODES.map((code) => ({
          name: `statement ${code}`,
          kind: code === 'InternalServerError' ? ('server' as const) : kindOf(code, 'client'),
          answer: { status: 200, body: code },
        }))
      : [];
  const byName = new Map([...modelled, ...statements, ...WIRE].map((fault) => [fault.name, fault]));
  return [...byName.values()];
};

/** An error as the JSON protocols write it. A transaction says which of its parts was to blame. */
const bodyOf = (name: string): object => ({
  __type: `com.amazonaws#${name}`,
  message: `An injected ${name}.`,
  ...(name === 'TransactionCanceledException'
    ? { CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }] }
    : {}),
});
