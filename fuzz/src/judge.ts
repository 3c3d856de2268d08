import { ERRORS, parseJson, SECURITY_HEADERS } from '@notify/shared-domain';
import type { Api, Operation } from './api.ts';
import { leakIn } from './leaks.ts';

export const FINDINGS = ['server_errors', 'schema_breaks', 'undocumented', 'leaks'] as const;
export type Finding = (typeof FINDINGS)[number];

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is wrong with an answer, each with what shows it. */
export type Verdict = readonly (readonly [Finding, string])[];

/** How a request can fail before it is known which operation it asks. */
const BEFORE_ROUTING = new Set([400, 403, 404, 405, 408, 413, 414, 415, 417, 421, 431, 501]);

/**
 * @param operation what was asked; undefined when no operation was: an unknown path or method, or what is no HTTP
 */
export const judge = (api: Api, operation: Operation | undefined, answer: Answer, head = false): Verdict => {
  const { status, body } = answer;
  const verdict: [Finding, string][] = [];
  const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
  const leak = leakIn([...headers, body].join('\n'), status);
  if (leak !== undefined)
    verdict.push(['leaks', `the answer holds ${JSON.stringify(leak)}: ${body.slice(0, 300)}`]);
  if (status >= 500 && status !== 501 && !comesAgain(answer))
    verdict.push(['server_errors', `${status} ${body.slice(0, 300)}`]);
  const documented = operation?.responses.get(status);
  const isKnown = operation ? documented !== undefined : status < 300 || BEFORE_ROUTING.has(status);
  if (!isKnown && status < 500) verdict.push(['undocumented', `${status} ${body.slice(0, 300)}`]);
  if (operation && answer.headers['x-content-type-options'] !== SECURITY_HEADERS['X-Content-Type-Options'])
    verdict.push(['schema_breaks', `${status} comes without the security headers`]);
  if (head) return verdict;
  const broken = breakOf(api, documented, answer);
  if (broken !== undefined) verdict.push(['schema_breaks', broken]);
  return verdict;
};

/** `at_least` ends so when the read model has not caught up within its time: come again. */
const comesAgain = ({ status, headers, body }: Answer): boolean =>
  status === 503 && headers['retry-after'] !== undefined && body.includes('"READ_MODEL.BEHIND"');

const breakOf = (
  api: Api,
  documented: ReadonlyMap<string, (body: unknown) => unknown> | undefined,
  { status, headers, body }: Answer,
): string | undefined => {
  if (status < 400 && documented === undefined) return undefined;
  const type = headers['content-type']?.split(';')[0] ?? '';
  const parsed = parseJson(body);
  if (parsed === undefined) return `the body is no JSON: ${status} ${type} ${body.slice(0, 300)}`;
  if (documented !== undefined) {
    const isValid = documented.get(type);
    if (isValid === undefined) return `${status} has the undocumented type ${type}`;
    if (!isValid(parsed)) return `the body of ${status} is not as documented: ${body.slice(0, 300)}`;
  }
  if (status < 400) return undefined;
  if (type !== 'application/problem+json' || !api.isProblem(parsed))
    return `${status} is no problem: ${type} ${body.slice(0, 300)}`;
  const problem = parsed as { status: number; code: string };
  if (problem.status !== status) return `status ${status} says ${problem.status}`;
  if (!Object.hasOwn(ERRORS, problem.code)) return `${problem.code} is no code of the registry`;
  return undefined;
};
