import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type ErrorCode,
  encodeCursor,
  parseQuery,
  QUERY_ROUTES,
  type QueryType,
} from '@notify/shared-domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../testing/call.ts';
import { type LocalService, startService } from '../../testing/service.ts';

const KEYS = {
  user: 'user_id',
  marketing: 'marketing_id',
  failures: 'transaction_id',
  transaction: 'transaction_id',
  fail: 'transaction_id',
  sns: 'sns_id',
} as const;
const routes = (method: 'GET' | 'POST'): [path: string, key: string, query_type: QueryType][] =>
  QUERY_ROUTES.filter((route) => route.method === method).map(({ path, query_type }) => [
    path,
    KEYS[query_type],
    query_type,
  ]);
const GETS = routes('GET');
const POSTS = routes('POST');

type Row = [what: string, input: unknown, code: ErrorCode];

const cursor = encodeCursor(parseQuery('user', { user_id: 'another' }), {
  transaction_id: 't',
  created_at: 1,
});
const changed = `${cursor.slice(0, -4)}${cursor.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;

/** What is wrong with either kind of input, for every route. */
const wrongInput = (key: string): Row[] => [
  ['an empty id', { [key]: '' }, 'REQUEST.PARAMETER_INVALID'],
  ['a blank id', { [key]: ' ' }, 'REQUEST.PARAMETER_INVALID'],
  ['an id too long', { [key]: 'x'.repeat(257) }, 'REQUEST.PARAMETER_INVALID'],
  ['a limit of 0', { [key]: 'a', limit: 0 }, 'REQUEST.PARAMETER_INVALID'],
  ['a limit of 1001', { [key]: 'a', limit: 1001 }, 'REQUEST.PARAMETER_INVALID'],
  ['a limit below 0', { [key]: 'a', limit: -1 }, 'REQUEST.PARAMETER_INVALID'],
  ['half a limit', { [key]: 'a', limit: 1.5 }, 'REQUEST.PARAMETER_INVALID'],
  ['a limit in words', { [key]: 'a', limit: 'ten' }, 'REQUEST.PARAMETER_INVALID'],
  ['another query’s cursor', { [key]: 'a', cursor }, 'QUERY.CURSOR.FOREIGN'],
  ['a changed cursor', { [key]: 'a', cursor: changed }, 'QUERY.CURSOR.INVALID'],
  ['a made up cursor', { [key]: 'a', cursor: 'abc' }, 'QUERY.CURSOR.INVALID'],
  ['an empty cursor', { [key]: 'a', cursor: '' }, 'REQUEST.PARAMETER_INVALID'],
  ['a cursor too long', { [key]: 'a', cursor: 'x'.repeat(3073) }, 'REQUEST.PARAMETER_INVALID'],
  ['an unknown platform', { [key]: 'a', platform: 'FAX' }, 'REQUEST.PARAMETER_INVALID'],
  ['an unknown order', { [key]: 'a', order: 'up' }, 'REQUEST.PARAMETER_INVALID'],
  ['a day that is none', { [key]: 'a', from: '2024-02-30' }, 'REQUEST.PARAMETER_INVALID'],
  ['a time that is none', { [key]: 'a', from: 'yesterday' }, 'REQUEST.PARAMETER_INVALID'],
  ['times the wrong way round', { [key]: 'a', from: 2, to: 1 }, 'REQUEST.PARAMETER_INVALID'],
];

/** What only a body can have wrong; text stands for itself, all else is sent as JSON. */
const wrongBody = (key: string): Row[] => [
  ['an id that is a number', { [key]: 7 }, 'REQUEST.PARAMETER_INVALID'],
  ['an id that is null', { [key]: null }, 'REQUEST.PARAMETER_INVALID'],
  ['an id that is a list', { [key]: ['a'] }, 'REQUEST.PARAMETER_INVALID'],
  ['an id that is an object', { [key]: { $ne: '' } }, 'REQUEST.PARAMETER_INVALID'],
  ['a limit in digits', { [key]: 'a', limit: '10' }, 'REQUEST.PARAMETER_INVALID'],
  ['a list', [{ [key]: 'a' }], 'REQUEST.BODY_INVALID'],
  ['a text', '"a"', 'REQUEST.BODY_INVALID'],
  ['null', 'null', 'REQUEST.BODY_INVALID'],
  ['no JSON', `{"${key}":`, 'REQUEST.BODY_INVALID'],
  ['a prototype', `{"${key}":"a","__proto__":{"limit":1}}`, 'REQUEST.BODY_INVALID'],
  ['a constructor', `{"${key}":"a","constructor":{"prototype":{}}}`, 'REQUEST.BODY_INVALID'],
  ['more than 64 KB', { [key]: 'a', padding: 'x'.repeat(64 * 1024) }, 'REQUEST.BODY_TOO_LARGE'],
];

/** What only a URL can have wrong: its query string as it is. */
const wrongUrl = (key: string): Row[] => [
  ['a parameter given twice', `${key}=a&${key}=b`, 'REQUEST.PARAMETER_INVALID'],
  [
    'a parameter given twice, once encoded',
    `${key}=a&${key.replace('_', '%5F')}=b`,
    'REQUEST.PARAMETER_INVALID',
  ],
  ['bad percent-encoding', `${key}=%zz`, 'REQUEST.PARAMETER_INVALID'],
  ['half a character', `${key}=%C3`, 'REQUEST.PARAMETER_INVALID'],
  ['half an escape', `${key}=a%`, 'REQUEST.PARAMETER_INVALID'],
  ['an encoded name that is none', `${key}=a&%ff=b`, 'REQUEST.PARAMETER_INVALID'],
];

describe('bad input', () => {
  let service: LocalService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(() => expect(service.asked()).toEqual([]));

  const expectRefused = async (
    pending: ReturnType<typeof call>,
    status: number,
    code: ErrorCode,
    allow: string | null = null,
  ): Promise<void> => {
    const { headers, ...answer } = await pending;
    expect(answer).toMatchObject({ status, body: { status, code, success: false } });
    expect(answer.body.message).toBe(answer.body.detail);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('allow')).toBe(allow);
    expect(service.asked()).toEqual([]);
  };
  const statusOf = (code: ErrorCode) => (code === 'REQUEST.BODY_TOO_LARGE' ? 413 : 400);

  describe.each(GETS)('GET %s', (path, key) => {
    it.each(wrongInput(key))('refuses %s', async (_, input, code) => {
      const parameters = new URLSearchParams(input as Record<string, string>);
      await expectRefused(call(service.url, 'GET', `${path}?${parameters}`), 400, code);
    });
    it.each(wrongUrl(key))('refuses %s', (_, query, code) =>
      expectRefused(call(service.url, 'GET', `${path}?${query}`), 400, code),
    );
  });

  describe.each(POSTS)('POST %s', (path, key) => {
    it.each([...wrongInput(key), ...wrongBody(key)])('refuses %s', (_, input, code) =>
      expectRefused(call(service.url, 'POST', path, input), statusOf(code), code),
    );
    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application', ''])(
      'refuses the media type %j',
      (type) => {
        const pending = call(service.url, 'POST', path, { [key]: 'a' }, { 'content-type': type });
        return expectRefused(pending, 415, 'REQUEST.MEDIA_TYPE_UNSUPPORTED');
      },
    );
  });

  it.each(
    [...GETS.map((route) => ['GET', ...route]), ...POSTS.map((route) => ['POST', ...route])].filter(
      ([, , , query_type]) => query_type !== 'fail' && query_type !== 'transaction',
    ),
  )('refuses %s %s without its id', async (method = '', path = '') => {
    for (const body of method === 'POST' ? [{}, '', undefined] : [undefined]) {
      await expectRefused(call(service.url, method, path, body), 400, 'REQUEST.PARAMETER_MISSING');
    }
  });

  it.each([
    ['GET', '/nowhere'],
    ['POST', '/nowhere'],
    ['GET', '/tx/'],
    ['GET', '/query'],
    ['POST', '/query/failure'],
    ['GET', '/..%2ftx'],
    ['GET', '/constructor'],
    ['DELETE', '/__proto__'],
  ])('knows no %s %s', (method, path) =>
    expectRefused(
      call(service.url, method, path, method === 'POST' ? 'x' : undefined),
      404,
      'ROUTE.NOT_FOUND',
    ),
  );

  it.each([
    ['POST', '/tx', 'GET, HEAD'],
    ['POST', '/user', 'GET, HEAD'],
    ['GET', '/query/transaction', 'POST'],
    ['GET', '/query/sns', 'POST'],
    ['PUT', '/query/user', 'GET, HEAD, POST'],
    ['PATCH', '/query/marketing', 'GET, HEAD, POST'],
    ['OPTIONS', '/fail', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
  ])('says to %s %s what the route takes', async (method, path, allow) => {
    // What it brings does not matter.
    const body = method === 'GET' ? undefined : 'x';
    const pending = call(service.url, method, path, body, { 'content-type': 'text/plain' });
    await expectRefused(pending, 405, 'ROUTE.METHOD_NOT_ALLOWED', allow);
  });

  it('refuses a path that is not percent-encoded', () =>
    expectRefused(call(service.url, 'GET', '/%zz'), 400, 'REQUEST.PARAMETER_INVALID'));

  it('refuses a URL of more than 16 KB', () =>
    expectRefused(
      call(service.url, 'GET', `/tx?transaction_id=${'x'.repeat(17_000)}`),
      431,
      'REQUEST.HEADERS_TOO_LARGE',
    ));

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', '400', 'REQUEST.MALFORMED'],
    [
      'two lengths',
      'POST /query/user HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      '400',
      'REQUEST.MALFORMED',
    ],
    ['no Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', '400', 'REQUEST.MALFORMED'],
    [
      'an expectation that nobody knows',
      'POST /query/user HTTP/1.1\r\nhost: a\r\nexpect: a-miracle\r\ncontent-length: 2\r\n\r\n{}',
      '417',
      'REQUEST.EXPECTATION_FAILED',
    ],
  ])('refuses %s', async (_, request, status, code) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(request);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
    expect(service.asked()).toEqual([]);
  });

  it('looks for requests that are late every second', () => {
    // Node looks every 30 s by itself, so that what is to be cut after 30 s stays for up to 60.
    expect(service.app.server).toMatchObject({ requestTimeout: 30_000, headersTimeout: 30_000 });
    expect(service.app.initialConfig).toMatchObject({ requestTimeout: 30_000 });
  });

  it('takes what is only unusual', async () => {
    const base = service.url;
    expect(await call(base, 'GET', `/tx?transaction_id=${'x'.repeat(256)}&unknown=1&`)).toMatchObject({
      status: 200,
    });
    expect(await call(base, 'GET', '/tx?transaction_id=a%3Db=c&from=1')).toMatchObject({ status: 200 });
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect(await call(base, 'POST', '/query/user', { user_id: 'ü', more: [] }, charset)).toMatchObject({
      status: 200,
    });
    expect(service.asked()).toEqual(['user', 'transaction', 'transaction']);
  });
});
