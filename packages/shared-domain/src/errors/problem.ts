import * as z from 'zod/mini';
import { AppError } from './app-error.ts';
import { ERRORS, type ErrorCode } from './registry.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The error body of every HTTP answer: RFC 9457, plus `success` and `message` for the clients of V1 to V3. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  success: z.literal(false),
  message: z.string(),
});
export type Problem = z.infer<typeof Problem>;

export const toProblem = (error: AppError): Problem => ({
  type: 'about:blank',
  title: ERRORS[error.code].title,
  status: error.status,
  code: error.code,
  detail: error.detail,
  success: false,
  message: error.detail,
});

/** The headers that go with {@link toProblem}. */
export const problemHeaders = (error: AppError): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'Content-Type': PROBLEM_MEDIA_TYPE,
  'Cache-Control': 'no-store',
  ...(error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) }),
});

/**
 * The whole answer in the text of HTTP/1.1, after which the connection is closed: for what is not even HTTP enough to become a request,
 * where a server has nothing but the socket.
 */
export const toHttpResponse = (error: AppError): string => {
  const problem = toProblem(error);
  const body = JSON.stringify(problem);
  const headers = {
    ...problemHeaders(error),
    'Content-Length': String(new TextEncoder().encode(body).length),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`;
};

/**
 * The AppError that a problem document of one of our own services stands for; undefined when it is none of ours.
 *
 * @param retryAfter seconds, as the answer's Retry-After says
 */
export const fromProblem = (body: unknown, retryAfter?: number): AppError | undefined => {
  const parsed = Problem.safeParse(body);
  if (!parsed.success || !Object.hasOwn(ERRORS, parsed.data.code)) return undefined;
  const { code, detail } = parsed.data;
  return new AppError(code as ErrorCode, retryAfter === undefined ? { detail } : { detail, retryAfter });
};
