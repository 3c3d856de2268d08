import { afterAll, describe, expect, it } from 'vitest';
import { DOORS } from './doors.ts';
import { History } from './history.ts';
import { functionName, get, type HttpAnswer, invoke, notifications, post, send, target } from './stage.ts';

/** LocalStack's gateway refuses in AWS's default words, whatever the API has configured; AWS and the embedded gateway in the configured ones. */
const defaultWords = target.kind === 'localstack';
const long = 'x'.repeat(257);

type Refusal = [what: string, status: number, code: string, ask: () => Promise<HttpAnswer>];

/** Refused by the gateway itself: LocalStack has its own status for an unknown route. */
const byTheGateway: Refusal[] = [
  ['an unknown route', 404, 'ROUTE.NOT_FOUND', () => get(`${notifications}/nowhere`)],
  ['a missing parameter', 400, 'REQUEST.PARAMETER_MISSING', () => get(`${notifications}/query/user`)],
  ['bad JSON', 400, 'REQUEST.BODY_INVALID', () => post(`${notifications}/query/user`, '{"user_id":')],
  [
    'a body without its id',
    400,
    'REQUEST.BODY_INVALID',
    () => post(`${notifications}/query/transaction`, {}),
  ],
];

const byTheHandlers: Refusal[] = [
  [
    'an over-long id',
    400,
    'REQUEST.PARAMETER_INVALID',
    () => get(`${notifications}/tx`, { transaction_id: long }),
  ],
  [
    'a parameter given twice',
    400,
    'REQUEST.PARAMETER_INVALID',
    () => get(`${notifications}/tx?transaction_id=a&transaction_id=b`),
  ],
  [
    'a limit out of range',
    400,
    'REQUEST.PARAMETER_INVALID',
    () => get(`${notifications}/fail`, { limit: 1001 }),
  ],
  [
    'an unknown status',
    400,
    'REQUEST.PARAMETER_INVALID',
    () => get(`${notifications}/tx`, { transaction_id: 'a', status: 'LOST' }),
  ],
  [
    'a made-up cursor',
    400,
    'QUERY.CURSOR.INVALID',
    () => get(`${notifications}/fail`, { cursor: 'made-up' }),
  ],
  [
    'an over-long id of V1',
    400,
    'REQUEST.PARAMETER_INVALID',
    () => get(`${notifications}/query/user`, { user_id: long }),
  ],
];

const atTheService: Refusal[] = target.serviceUrl
  ? [
      ['an unknown route', 404, 'ROUTE.NOT_FOUND', () => get(`${target.serviceUrl}/nowhere`)],
      ['another method', 405, 'ROUTE.METHOD_NOT_ALLOWED', () => send('PUT', `${target.serviceUrl}/tx`)],
      ['a missing parameter', 400, 'REQUEST.PARAMETER_MISSING', () => get(`${target.serviceUrl}/query/user`)],
      [
        'a wrong type',
        400,
        'REQUEST.PARAMETER_INVALID',
        () => post(`${target.serviceUrl}/query/user`, { user_id: 5 }),
      ],
      [
        'another media type',
        415,
        'REQUEST.MEDIA_TYPE_UNSUPPORTED',
        () => post(`${target.serviceUrl}/query/user`, 'a', 'text/plain'),
      ],
      [
        'an over-large body',
        413,
        'REQUEST.BODY_TOO_LARGE',
        () => post(`${target.serviceUrl}/query/user`, { user_id: 'a', more: 'x'.repeat(65_536) }),
      ],
    ]
  : [];

/** By a mock integration, whose media type LocalStack does not take over. */
it('another method is refused by the gateway: 405 ROUTE.METHOD_NOT_ALLOWED', async () => {
  expect(await send('DELETE', `${notifications}/tx`)).toMatchObject({
    status: 405,
    body: { code: 'ROUTE.METHOD_NOT_ALLOWED', status: 405, success: false },
    ...(defaultWords ? {} : { type: expect.stringMatching(/^application\/problem\+json/) }),
  });
});

describe('refused by the gateway', () => {
  it.each(byTheGateway)('%s: %i %s', async (_, status, code, ask) => {
    const answer = await ask();
    if (!defaultWords) return expect(answer).toMatchObject({ status, body: { code, success: false } });
    expect(answer).toMatchObject({
      status: status === 404 ? 403 : status,
      body: { message: expect.any(String) },
    });
  });
});

describe.each([
  ['refused by a function', byTheHandlers],
  ['refused by the service', atTheService],
])('%s', (_, refusals) => {
  it.each(refusals)('%s: %i %s', async (_what, status, code, ask) => {
    const { body, type, ...answer } = await ask();
    expect({ ...answer, body }).toMatchObject({ status, body: { code, status, success: false } });
    expect(type).toMatch(/^application\/problem\+json/);
  });
});

describe('a cursor', () => {
  const history = new History();
  afterAll(() => history.cleanUp());

  it('of one query is refused by another', async () => {
    const [door] = DOORS.filter(({ query_type }) => query_type === 'transaction');
    if (!door) throw new Error('No door takes a transaction.');
    const { created_at } = history.command();
    await history.putTogether([
      history.command({ created_at }),
      history.command({ created_at: created_at + 1 }),
    ]);
    const query = { transaction_id: `${history.id}-tx` };
    await history.visible(door, query);
    const { body } = await door.ask({ ...query, limit: 1 });
    const cursor = (body as { next_cursor?: string }).next_cursor;
    expect(cursor).toBeDefined();
    expect(await door.ask({ transaction_id: `${history.id}-other`, cursor })).toMatchObject({
      status: 400,
      body: { code: 'QUERY.CURSOR.FOREIGN' },
    });
  });
});

describe('a direct invoke', () => {
  it.each([
    [{ query_type: 'everything' }, 'REQUEST.PARAMETER_INVALID'],
    [{ query_type: 'user' }, 'REQUEST.PARAMETER_MISSING'],
    [{ query_type: 'fail', limit: 0 }, 'REQUEST.PARAMETER_INVALID'],
  ])('%j is refused with %s', async (event, code) => {
    const { payload, functionError } = await invoke(functionName('query-result-lambda'), event);
    expect(functionError).toBeUndefined();
    expect(payload).toMatchObject({ success: false, code });
  });
});
