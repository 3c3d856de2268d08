import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/registry.ts';

type Broken = readonly [code: ErrorCode, detail: string];

const BROKEN: ReadonlyMap<string, Broken> = new Map([
  ['HPE_HEADER_OVERFLOW', ['REQUEST.HEADERS_TOO_LARGE', 'The URL and the headers must not exceed 16 KB.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['REQUEST.TIMEOUT', 'The request did not arrive within 30 s.']],
]);
const MALFORMED: Broken = ['REQUEST.MALFORMED', 'The request is no valid HTTP.'];

/** What is wrong with something that did not become a request, by the code of Node's `clientError`. */
export const brokenRequest = (nodeCode: string | undefined): AppError => {
  const [code, detail] = BROKEN.get(nodeCode ?? '') ?? MALFORMED;
  return new AppError(code, { detail });
};
