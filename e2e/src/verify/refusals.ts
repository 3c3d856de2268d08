import type { EmbeddedStack } from '@notify/embedded';

/** What a caller may do wrong, with the answer that the contract names: `status code`. */
export const refusals = (
  stack: EmbeddedStack,
): [what: string, expected: string, send: () => Promise<Response>][] => {
  const { apiUrl, serviceUrl } = stack;
  const post = (url: string, body: string, type = 'application/json') =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body });
  const long = 'x'.repeat(257);
  return [
    ['unknown route', '404 ROUTE.NOT_FOUND', () => fetch(`${apiUrl}/nowhere`)],
    ['unknown method', '405 ROUTE.METHOD_NOT_ALLOWED', () => fetch(`${apiUrl}/tx`, { method: 'DELETE' })],
    [
      'unknown method at the service',
      '405 ROUTE.METHOD_NOT_ALLOWED',
      () => fetch(`${serviceUrl}/tx`, { method: 'PUT' }),
    ],
    ['missing parameter', '400 REQUEST.PARAMETER_MISSING', () => fetch(`${apiUrl}/query/user`)],
    ['empty parameter', '400 REQUEST.PARAMETER_MISSING', () => fetch(`${apiUrl}/query/user?user_id=`)],
    [
      'empty parameter at the service',
      '400 REQUEST.PARAMETER_INVALID',
      () => fetch(`${serviceUrl}/query/user?user_id=`),
    ],
    [
      'over-long parameter',
      '400 REQUEST.PARAMETER_INVALID',
      () => fetch(`${apiUrl}/tx?transaction_id=${long}`),
    ],
    [
      'parameter given twice',
      '400 REQUEST.PARAMETER_INVALID',
      () => fetch(`${apiUrl}/tx?transaction_id=a&transaction_id=b`),
    ],
    ['limit out of range', '400 REQUEST.PARAMETER_INVALID', () => fetch(`${apiUrl}/fail?limit=1001`)],
    ['made-up cursor', '400 QUERY.CURSOR.INVALID', () => fetch(`${apiUrl}/fail?cursor=made-up`)],
    ['bad JSON', '400 REQUEST.BODY_INVALID', () => post(`${apiUrl}/query/user`, '{"user_id":')],
    ['wrong type', '400 REQUEST.PARAMETER_INVALID', () => post(`${serviceUrl}/query/user`, '{"user_id":5}')],
    [
      'wrong media type',
      '415 REQUEST.MEDIA_TYPE_UNSUPPORTED',
      () => post(`${apiUrl}/query/user`, 'user_id=a', 'text/plain'),
    ],
    [
      'over-large body',
      '413 REQUEST.BODY_TOO_LARGE',
      () => post(`${serviceUrl}/query/user`, JSON.stringify({ user_id: 'a', padding: 'x'.repeat(65_536) })),
    ],
  ];
};
