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
  cut: 'exit 3 TARGET.UNREACHABLE',
  garbage: 'exit 3 TARGET.FAILED',
};

/** Another try is worth it. Garbage is not tried again: whoever answers it is not AWS. */
const PASSES: ReadonlySet<FaultKind> = new Set(['throttle', 'server', 'silence', 'reset', 'cut']);

/** The outcomes that are right for a case; more than one where the time that is left decides. */
export const expectedOutcome = (stated: Stated): string[] => {
  const { scenario } = stated;
  if (scenario.caller === 'stream') return ofStream(stated);
  return scenario.caller === 'tool' ? ofTool(stated) : ofAnswer(stated);
};

const ofAnswer = ({ scenario, fault: { kind }, lasting }: Stated): string[] =>
  !lasting && PASSES.has(kind) ? [scenario.undisturbed] : [ANSWERS[kind]];

/** A batch is done or comes again; there is no third. */
const ofStream = ({ request, fault: { kind, name }, lasting }: Stated): string[] => {
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

const ofTool = ({ fault: { kind, name }, lasting }: Stated): string[] => {
  if (!lasting && PASSES.has(kind)) return ['done'];
  if (/AccessDenied/.test(name)) return ['exit 3 TARGET.DENIED'];
  if (/NotFound/.test(name)) return ['exit 3 TABLE.MISSING'];
  return [TOOL[kind]];
};

export const describe = ({ scenario, request, fault, lasting }: Stated): string =>
  `${scenario.name}: ${requestName(request)}, ${fault.name} ${lasting ? 'for good' : 'once'}`;
