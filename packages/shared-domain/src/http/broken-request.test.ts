import { expect, it } from 'vitest';
import { brokenRequest } from './broken-request.ts';

it.each([
  ['HPE_HEADER_OVERFLOW', 'REQUEST.HEADERS_TOO_LARGE', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'REQUEST.TIMEOUT', 408],
  ['HPE_INVALID_METHOD', 'REQUEST.MALFORMED', 400],
  ['__proto__', 'REQUEST.MALFORMED', 400],
  [undefined, 'REQUEST.MALFORMED', 400],
])('%s is %s', (nodeCode, code, status) => {
  expect(brokenRequest(nodeCode)).toMatchObject({ code, status });
});
