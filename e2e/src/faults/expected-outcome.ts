import type { Fault, FaultKind } from './fault.ts';
import { type Request, requestName } from './faulty-endpoint.ts';
import type { Scenario } from './scenarios.ts';

interface Stated {
  readonly scenario: Scenario;
  readonly request: Request;
  readonly fault: Fault;
  /** Whether every such request meets the fault, or the first one only. */
  readonly lasting: boolean;
}

/** What whoever waits for an answer gets when the trouble lasts. */
const ANSWERS: Readonly<Record<FaultKind, string>> = {
  throttle: '503 STORE.THROTTLED',
  server: '503 UPSTREAM.UNAVAILABLE',
  conflict: '500 INTERNAL.ERROR',
  refusal: '500 INTERNAL.ERROR',
  silence: '504 UPSTREAM.TIMEOUT',
  reset: '503 UPSTREAM.UNAVAILABLE',
  lost: '503 UPSTREAM.UNAVAILABLE',
  cut: '503 UPSTREAM.UNAVAILABLE',
  garbage: '502 UPSTREAM.FAILED',
};

/** What the command line ends in. What it has no code for it says in AWS's own words. */
const TOOL: Readonly<Record<FaultKind, string>> = {
  throttle: 'exit 3 TARGET.THROTTLED',
  server: 'exit 3 TARGET.FAILED',
  conflict: 'exit 3: An injected',
  refusal: 'exit 3: An injected',
  silence: 'exit 3 TARGET.UNREACHABLE',
  reset: 'exit 3 TARGET.UNREACHABLE',
  lost: 'exit 3 TARGET.UNREACHABLE',
  cut: 'exit 3 TARGET.UNREACHABLE',
  garbage: 'exit 3 TARGET.FAILED',
};

/** Another try is worth it. Garbage is not tried again: whoever answers it is not AWS. */
const PASSES: ReadonlySet<FaultKind> = new Set(['throttle', 'server', 'silence', 'reset', 'lost', 'cut']);

/** Of whoever has more patience than a case is given time. */
export const GOES_ON = 'goes on trying';

/** The outcomes that are right for a case; more than one where the time that is left decides. */
export const expectedOutcome = (stated: Stated): string[] => {
  const { scenario } = stated;
  if (scenario.caller === 'stream') return ofStream(stated);
  return scenario.caller === 'tool' ? ofTool(stated) : ofAnswer(stated);
};

const ofAnswer = ({ scenario, request, fault: { kind, name }, lasting }: Stated): string[] => {
  if (!lasting && PASSES.has(kind)) return [scenario.undisturbed];
  if (request.operation === 'Invoke') return [OF_ANOTHER_FUNCTION[kind]];
  // Two met at an aggregate: it is read again, and others that write to it all the time are told of.
  if (name === 'TransactionCanceledException')
    return [lasting ? '409 EVENT_STORE.CONFLICT' : scenario.undisturbed];
  return [ANSWERS[kind]];
};

/** What the service says of the function that it asks: whatever it has answered is not the service's own failure, and half of an answer is none. */
const OF_ANOTHER_FUNCTION: Readonly<Record<FaultKind, string>> = {
  throttle: '503 UPSTREAM.UNAVAILABLE',
  server: '502 UPSTREAM.FAILED',
  conflict: '502 UPSTREAM.FAILED',
  refusal: '502 UPSTREAM.FAILED',
  silence: '504 UPSTREAM.TIMEOUT',
  reset: '503 UPSTREAM.UNAVAILABLE',
  lost: '503 UPSTREAM.UNAVAILABLE',
  cut: '503 UPSTREAM.UNAVAILABLE',
  garbage: '502 UPSTREAM.FAILED',
};

/** A batch is done or comes again; there is no third. */
const ofStream = ({ scenario, request, fault: { kind, name }, lasting }: Stated): string[] => {
  // To put the parts of a campaign together can be left to a later batch; what is not allowed is for the function's alarm.
  if (scenario.program === 'campaign-projection-lambda' && /^(Query|Transact)/.test(request.operation))
    return kind === 'refusal' ? [`failed as a whole: ${name}`] : ['done'];
  // A place that is not left behind is left behind the next time.
  if (request.subject === 'projection-positions') return ['done'];
  if (!lasting && (PASSES.has(kind) || kind === 'conflict')) return ['done'];
  // To refuse one of a batch is a word on that one alone; to answer garbage once leaves time for another try.
  if (!lasting) return ['done', 'the batch comes again'];
  const more = REFUSED_STATEMENTS[`${name}, ${request.subject}`] ?? REFUSED_STATEMENTS[name];
  return more ? [more] : ['the batch comes again'];
};

/** What DynamoDB will not store is quarantined; what quarantine has is there. */
const REFUSED_STATEMENTS: Readonly<Record<string, string>> = {
  'statement ValidationError, notification-records': 'done',
  'statement ItemCollectionSizeLimitExceeded, notification-records': 'done',
  'statement DuplicateItem, projection-quarantine': 'done',
};

const ofTool = ({ request, fault: { kind, name }, lasting }: Stated): string[] => {
  const isOfStatements = request.operation === 'BatchExecuteStatement';
  if (lasting && isWaitedFor(request, kind, name)) return [GOES_ON];
  if (!lasting && (PASSES.has(kind) || RETRIED_CONFLICTS.test(name))) return ['done'];
  // A statement that is not executed is told of, and the others are.
  if (isOfStatements && !request.subject.startsWith('notification-records') && name.startsWith('statement '))
    return ['done'];
  if (isOfStatements && !lasting && (kind === 'garbage' || kind === 'conflict')) return ['done'];
  if (isOfStatements && UNSTORABLE.test(name)) return ['done'];
  if (isOfStatements && kind === 'conflict') return ['exit 3 TARGET.FAILED'];
  // A user whom others write to all the time: it can be run again.
  if (
    request.operation === 'PutItem' &&
    request.subject === 'EventsTable' &&
    name === 'ConditionalCheckFailedException'
  )
    return ['exit 3 EVENT_STORE.CONFLICT'];
  // Someone else has begun one.
  if (request.subject === 'read-models' && name === 'TransactionCanceledException')
    return ['exit 2 REBUILD.IN_PROGRESS'];
  // Whatever an object is answered with is the object.
  if (request.subject === 'bucket' && kind === 'garbage' && /Object$/.test(request.operation))
    return ['done'];
  // A HEAD is answered with a status alone.
  if (request.operation === 'HeadObject' && kind === 'throttle') return [TOOL.server];
  if (request.operation === 'HeadObject' && /^(NotFound|NoSuchBucket)$/.test(name)) return ['done'];
  if (DENIED.test(name)) return ['exit 3 TARGET.DENIED'];
  if (MISSING.test(name)) return ['exit 3 TABLE.MISSING'];
  return [TOOL[kind]];
};

/** Of who asks, and of what is asked for. A function's or a queue's own trouble with its key is told in AWS's words, which name the key. */
const DENIED = /^(statement )?AccessDenied(Exception)?$/;
const MISSING = /^(statement )?(Resource|Table)NotFound(Exception)?$/;

/**
 * A rebuild that is halfway through a large table waits for a quarter of an hour, whatever it is that gives no answer about its rows:
 * that is how long the table may take to grow. It waits for ten minutes until a new table is there, and until that can have backups.
 */
const isWaitedFor = ({ operation, subject }: Request, kind: FaultKind, name: string): boolean => {
  if (subject !== 'notification-records-*') return false;
  if (operation === 'BatchExecuteStatement')
    return PASSES.has(kind) || kind === 'garbage' || name === 'statement TransactionConflict';
  return MADE_IN_TIME.has(`${operation} ${name}`);
};

const MADE_IN_TIME: ReadonlySet<string> = new Set([
  'CreateTable ResourceInUseException',
  'DescribeTable ResourceNotFoundException',
  'UpdateContinuousBackups ContinuousBackupsUnavailableException',
]);

/** The model marks it as one to try again. */
const RETRIED_CONFLICTS = /^ReplicatedWriteConflict/;

/** A row that no table takes is no row of the new one either. */
const UNSTORABLE = /^statement (ValidationError|ItemCollectionSizeLimitExceeded)$/;

export const describe = ({ scenario, request, fault, lasting }: Stated): string =>
  `${scenario.name}: ${requestName(request)}, ${fault.name} ${lasting ? 'for good' : 'once'}`;
