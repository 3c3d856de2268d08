import type { HttpAnswer } from './http.ts';
import type { Stage } from './stage.ts';

/** Something that a caller may do wrong, and the answer that the contract names. */
export interface Refusal {
  readonly what: string;
  /** Who refuses it: the gateway by its own means, a function behind it, or the service. */
  readonly by: 'gateway' | 'function' | 'service';
  readonly status: number;
  readonly code: string;
  readonly ask: () => Promise<HttpAnswer>;
}

const LONG = 'x'.repeat(257);

/** All bad input that is tried on a stage. */
export const refusalsOf = ({
  notifications,
  http: { get, post, send },
  target: { serviceUrl, authorization },
}: Stage): readonly Refusal[] => [
  ...by('gateway', notifications, [
    [
      'an unknown route',
      ...(authorization === 'AWS_IAM'
        ? ([403, 'ACCESS.DENIED'] as const)
        : ([404, 'ROUTE.NOT_FOUND'] as const)),
      (url) => get(`${url}/nowhere`),
    ],
    ['another method', 405, 'ROUTE.METHOD_NOT_ALLOWED', (url) => send(`${url}/tx`, { method: 'DELETE' })],
    ['a missing parameter', 400, 'REQUEST.PARAMETER_MISSING', (url) => get(`${url}/query/user`)],
    ['bad JSON', 400, 'REQUEST.BODY_INVALID', (url) => post(`${url}/query/user`, '{"user_id":')],
    ['a body without its id', 400, 'REQUEST.BODY_INVALID', (url) => post(`${url}/query/sns`, {})],
  ]),
  ...by('function', notifications, [
    [
      'an over-long id',
      400,
      'REQUEST.PARAMETER_INVALID',
      (url) => get(`${url}/tx`, { transaction_id: LONG }),
    ],
    [
      'an over-long id of V1',
      400,
      'REQUEST.PARAMETER_INVALID',
      (url) => get(`${url}/query/user`, { user_id: LONG }),
    ],
    [
      'a parameter given twice',
      400,
      'REQUEST.PARAMETER_INVALID',
      (url) => get(`${url}/tx?transaction_id=a&transaction_id=b`),
    ],
    ['a limit out of range', 400, 'REQUEST.PARAMETER_INVALID', (url) => get(`${url}/fail`, { limit: 1001 })],
    [
      'an unknown status',
      400,
      'REQUEST.PARAMETER_INVALID',
      (url) => get(`${url}/tx`, { transaction_id: 'a', status: 'LOST' }),
    ],
    [
      'a day of no calendar',
      400,
      'REQUEST.PARAMETER_INVALID',
      (url) => get(`${url}/fail`, { from: '2024-02-30' }),
    ],
    ['a made-up cursor', 400, 'QUERY.CURSOR.INVALID', (url) => get(`${url}/fail`, { cursor: 'made-up' })],
  ]),
  ...(serviceUrl
    ? by('service', serviceUrl, [
        ['an unknown route', 404, 'ROUTE.NOT_FOUND', (url) => get(`${url}/nowhere`)],
        ['another method', 405, 'ROUTE.METHOD_NOT_ALLOWED', (url) => send(`${url}/tx`, { method: 'PUT' })],
        [
          'half a character',
          400,
          'REQUEST.PARAMETER_INVALID',
          (url) => post(`${url}/query/user`, { user_id: '\ud800X' }),
        ],
        ['a missing parameter', 400, 'REQUEST.PARAMETER_MISSING', (url) => get(`${url}/query/user`)],
        [
          'an empty parameter',
          400,
          'REQUEST.PARAMETER_INVALID',
          (url) => get(`${url}/query/user`, { user_id: '' }),
        ],
        [
          'a wrong type',
          400,
          'REQUEST.PARAMETER_INVALID',
          (url) => post(`${url}/query/user`, { user_id: 5 }),
        ],
        [
          'another media type',
          415,
          'REQUEST.MEDIA_TYPE_UNSUPPORTED',
          (url) => post(`${url}/query/user`, 'user_id=a', { 'content-type': 'text/plain' }),
        ],
        [
          'an over-large body',
          413,
          'REQUEST.BODY_TOO_LARGE',
          (url) => post(`${url}/query/user`, { user_id: 'a', more: 'x'.repeat(65_536) }),
        ],
      ])
    : []),
];

type Case = [what: string, status: number, code: string, ask: (url: string) => Promise<HttpAnswer>];

const by = (who: Refusal['by'], url: string, cases: readonly Case[]): Refusal[] =>
  cases.map(([what, status, code, ask]) => ({ what, by: who, status, code, ask: () => ask(url) }));
