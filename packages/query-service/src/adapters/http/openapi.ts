import { AppError, ERRORS, type ErrorCode, PROBLEM_MEDIA_TYPE, toProblem } from '@notify/shared-domain';
import { parse } from 'yaml';

/**
 * The public part of the API description that Terraform imports: without what is meant for API Gateway alone, and with each error that
 * an operation may answer as an example.
 *
 * @param text YAML of an OpenAPI 3.0 document
 */
export const publicOpenApi = (text: string): Record<string, unknown> => {
  const description = withoutExtensions(parse(text, { maxAliasCount: -1 })) as Description;
  for (const operations of Object.values(description.paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const problem = content?.[PROBLEM_MEDIA_TYPE];
        if (!problem) continue;
        const codes = codesOf(description.info.title, method, Number(status));
        problem['examples'] = Object.fromEntries(codes.map((code) => [code, toExample(code)]));
      }
    }
  }
  return description;
};

interface Description extends Record<string, unknown> {
  readonly info: { readonly title: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, Record<string, unknown>> }>;
}

/** Codes that no operation of an API answers, by the beginning: another API's, and those of programs. */
const ELSEWHERE: Readonly<Record<string, RegExp>> = {
  notifications: /^(ACCESS|CONFIG|EVENT|EVENT_STORE|IDEMPOTENCY|READ_MODEL|RECORD|ROUTE\.NOT|USER)\b/,
  users: /^(ACCESS|CAMPAIGN|CONFIG|RECORD|ROUTE\.NOT|SERVICE|UPSTREAM)\b/,
};
const OF_A_BODY = /^REQUEST\.(BODY|MEDIA)/;

const codesOf = (api: string, method: string, status: number): ErrorCode[] =>
  (Object.keys(ERRORS) as ErrorCode[]).filter(
    (code) =>
      ERRORS[code].status === status &&
      !ELSEWHERE[api]?.test(code) &&
      (method === 'post' || !OF_A_BODY.test(code)),
  );

const toExample = (code: ErrorCode) => {
  const { title } = ERRORS[code];
  return { summary: title, value: toProblem(new AppError(code, { detail: `${title}.` })) };
};

const withoutExtensions = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withoutExtensions);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) =>
      name.startsWith('x-') ? [] : [[name, withoutExtensions(value)]],
    ),
  );
};
