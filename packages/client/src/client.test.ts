import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AppError,
  parseQueryParameters,
  problemHeaders,
  QUERY_ROUTES,
  type QueryInput,
  toAnswer,
  toNotification,
  toProblem,
} from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNotifyClient } from './client.ts';
import { isNotifyError } from './notify-error.ts';
import type { NotifyClientOptions } from './page-reader.ts';
import { createUpstreamReader } from './upstream.ts';

const ROWS = [1, 2, 3].map((created_at) => aRow({ created_at, marketing_id: 'm1', status: 'FAILED' }));
const QUERY = { query_type: 'transaction', transaction_id: 'tx_001' } as const;
const EMPTY = { success: true, data: [], message: '', total_count: 0 };
const OTHERS = {
  user: { query_type: 'user', user_id: 'test_user_001' },
  marketing: { query_type: 'marketing', marketing_id: 'm1' },
  failures: { query_type: 'failures', transaction_id: 'tx_001' },
  fail: { query_type: 'fail' },
} as const satisfies Record<string, QueryInput>;

const servers: Server[] = [];

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly port: number | undefined;
}

/** Answers the first request with the first of these, and so on; the last of them as often as it is asked. */
const serve = async (...answers: [RequestListener, ...RequestListener[]]) => {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers, socket } = request;
    requests.push({ method, url, headers, port: socket.remotePort });
    (answers[requests.length - 1] ?? (answers.at(-1) as RequestListener))(request, response);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const client = (options: Partial<NotifyClientOptions> = {}) => createNotifyClient({ baseUrl, ...options });
  return { baseUrl, client, requests };
};

const answer =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

const problem = (error: AppError, status = error.status): RequestListener =>
  answer(status, toProblem(error), problemHeaders(error));

/** A problem document without the header that names a time to come again. */
const curt = (error: AppError): RequestListener => answer(error.status, toProblem(error));

/** The query API over these rows. */
const answering: RequestListener = async ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://api');
  const route = QUERY_ROUTES.find(({ method, path }) => method === 'GET' && `/v1${path}` === pathname);
  if (route === undefined) return void response.writeHead(404).end();
  const query = parseQueryParameters(route.query_type, Object.fromEntries(searchParams));
  const page = await new InMemoryNotificationReader(ROWS).read(query);
  response.end(JSON.stringify(toAnswer(route.envelope, query, page)));
};

const failure = (pending: Promise<unknown>): Promise<AppError> =>
  pending.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  );

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

describe('read', () => {
  it.each([QUERY, ...Object.values(OTHERS)])('gives the page of %j', async (query) => {
    const { client } = await serve(answering);
    const { items, nextCursor } = await client().read({ ...query, limit: 2 });
    expect(items).toEqual([3, 2].map((at) => toNotification({ ...ROWS[at - 1] })));
    const rest = await client().read({ ...query, limit: 2, cursor: nextCursor });
    expect(rest).toEqual({ items: [toNotification({ ...ROWS[0] })] });
  });

  it('asks by the route of the query, with the headers it was given', async () => {
    const { client, requests } = await serve(answer(200, EMPTY));
    await client().read({ ...QUERY, status: undefined, from: 5 }, { headers: { 'x-request-id': 'r-1' } });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: '/v1/tx?transaction_id=tx_001&from=5',
      headers: { 'x-request-id': 'r-1', accept: 'application/json, application/problem+json' },
    });
  });

  it('sends what the signer makes of a request', async () => {
    const { client, requests } = await serve(answer(200, EMPTY));
    const sign = async (request: Request) =>
      new Request(request, { headers: { authorization: request.url } });
    await client({ sign }).read(QUERY);
    expect(requests[0]?.headers.authorization).toMatch(/\/v1\/tx\?transaction_id=tx_001$/);
  });

  it('rejects with an error that is known by its code', async () => {
    const { client } = await serve(problem(new AppError('STORE.THROTTLED', { retryAfter: 9 })));
    const error: unknown = await client({ timeoutMs: 5000 })
      .read(QUERY)
      .catch((thrown) => thrown);
    if (!isNotifyError(error) || error.code !== 'STORE.THROTTLED') return expect.fail(String(error));
    const { status, retryAfter }: { status: 503; retryAfter: number } = error;
    expect([status, retryAfter]).toEqual([503, 9]);
    expect(isNotifyError(new Error('STORE.THROTTLED'))).toBe(false);
  });

  it('keeps the connection', async () => {
    const { client, requests } = await serve(answer(200, EMPTY));
    for (let i = 0; i < 10; i++) await client().read(QUERY);
    expect(new Set(requests.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
  });

  it.each([502, 503, 504])('asks again after a %i', async (status) => {
    const { client, requests } = await serve(answer(status), answer(status), answer(200, EMPTY));
    await expect(client().read(QUERY)).resolves.toEqual({ items: [] });
    expect(requests).toHaveLength(3);
  });

  it('asks again after a lost connection', async () => {
    const { client, requests } = await serve(({ socket }) => socket.destroy(), answer(200, EMPTY));
    await expect(client().read(QUERY)).resolves.toEqual({ items: [] });
    expect(requests).toHaveLength(2);
  });

  it('stops after its retries', async () => {
    const { client, requests } = await serve(answer(503));
    expect(await failure(client({ retries: 1 }).read(QUERY))).toMatchObject({ code: 'UPSTREAM.FAILED' });
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['REQUEST.THROTTLED', 429],
    ['STORE.THROTTLED', 503],
  ] as const)('comes again after %s when it is told to', async (code, status) => {
    const again = problem(new AppError(code, { retryAfter: 0 }));
    const { client, requests } = await serve(again, again, answer(200, EMPTY));
    await expect(client().read(QUERY)).resolves.toEqual({ items: [] });
    expect(requests).toHaveLength(3);
    const { client: hopeless } = await serve(problem(new AppError(code, { retryAfter: 7 })));
    expect(await failure(hopeless({ timeoutMs: 5000 }).read(QUERY))).toMatchObject({
      code,
      status,
      retryAfter: 7,
    });
  });

  it.each([
    ['400', answer(400, 'no')],
    ['404', answer(404, { success: false })],
    ['500', answer(500)],
    ['a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' })],
    ['no JSON', answer(200, '<html>')],
    ['an empty body', answer(200)],
    ['no page', answer(200, { success: true })],
    [
      'a problem with a code of nobody',
      answer(400, { ...toProblem(new AppError('RECORD.INVALID')), code: 'X.Y' }),
    ],
    ['more than it takes', answer(200, { ...EMPTY, message: 'x'.repeat(200) })],
  ])('takes %s for a failure and does not ask again', async (_, listener) => {
    const { client, requests } = await serve(listener);
    expect(await failure(client({ maxBytes: 150 }).read(QUERY))).toMatchObject({
      code: 'UPSTREAM.FAILED',
      status: 502,
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['QUERY.CURSOR.FOREIGN', 400],
    ['REQUEST.PARAMETER_INVALID', 400],
    ['ACCESS.DENIED', 403],
    ['ROUTE.NOT_FOUND', 404],
    ['INTERNAL.ERROR', 500],
  ] as const)('rejects with %s as the API does', async (code, status) => {
    const { client, requests } = await serve(problem(new AppError(code, { detail: 'Do this.' })));
    expect(await failure(client().read(QUERY))).toMatchObject({ code, status, detail: 'Do this.' });
    expect(requests).toHaveLength(1);
  });

  it('knows a throttling that is no problem document', async () => {
    const { client } = await serve(answer(429, { message: 'Too Many Requests' }, { 'retry-after': '30' }));
    expect(await failure(client().read(QUERY))).toMatchObject({ code: 'REQUEST.THROTTLED', retryAfter: 30 });
  });

  it.each<[string, RequestListener]>([
    ['no answer', () => undefined],
    ['half a body', (_, response) => response.writeHead(200).write('{"a":')],
  ])('gives up on %s at the deadline', async (_, listener) => {
    const { client, requests } = await serve(listener);
    expect(await failure(client({ timeoutMs: 60 }).read(QUERY))).toMatchObject({
      code: 'UPSTREAM.TIMEOUT',
      status: 504,
    });
    expect(requests).toHaveLength(1);
  });

  it('does not begin a try that the deadline would cut', async () => {
    const { client, requests } = await serve(answer(503));
    vi.spyOn(Math, 'random').mockReturnValue(20_000);
    expect(await failure(client().read(QUERY))).toMatchObject({ code: 'UPSTREAM.FAILED' });
    expect(requests).toHaveLength(1);
  });

  it('says of an API that is down neither where it is nor why', async () => {
    const { client } = await serve(answer(200));
    await new Promise((closed) => servers.pop()?.close(closed));
    const error = await failure(client().read(QUERY));
    expect(error).toMatchObject({ code: 'UPSTREAM.UNAVAILABLE', status: 503 });
    expect(JSON.stringify(toProblem(error))).not.toMatch(/127\.0\.0\.1|ECONN|tx/);
  });

  it.each([
    ['while it is asking', () => undefined],
    ['while it waits to come again', problem(new AppError('STORE.THROTTLED', { retryAfter: 10 }))],
  ] as [string, RequestListener][])('ends %s when the caller wants it to', async (_, listener) => {
    const ending = new AbortController();
    const { client } = await serve((request, response) => {
      listener(request, response);
      response.on('finish', () => setImmediate(() => ending.abort(new Error('enough'))));
      if (!response.writableEnded) ending.abort(new Error('enough'));
    });
    await expect(client().read(QUERY, { signal: ending.signal })).rejects.toThrow('enough');
  });
});

describe('pages and notifications', () => {
  it('give all of it, a page at a time', async () => {
    const { client, requests } = await serve(answering);
    const sizes: number[] = [];
    for await (const { items } of client().pages({ ...QUERY, limit: 2 })) sizes.push(items.length);
    expect(sizes).toEqual([2, 1]);
    const times: number[] = [];
    for await (const { created_at } of client().notifications({ ...QUERY, limit: 1 })) times.push(created_at);
    expect(times).toEqual([3, 2, 1]);
    expect(requests).toHaveLength(5);
  });

  it('give every campaign', async () => {
    const campaign = (marketing_id: string) => ({
      ...{ marketing_id, total: 0, first_created_at: null, last_created_at: null, updated_at: null },
      by_status: { SENT: 0, DELIVERED: 0, FAILED: 0 },
      by_platform: { IOS: 0, ANDROID: 0, WEBPUSH: 0 },
    });
    const list = (...ids: string[]) => ({ ...EMPTY, data: ids.map(campaign), total_count: ids.length });
    const { client, requests } = await serve(
      answer(200, { ...list('a', 'b'), next_cursor: 'more' }),
      answer(200, list('c')),
    );
    const ids: string[] = [];
    for await (const { marketing_id } of client().campaigns({ limit: 2 })) ids.push(marketing_id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(requests.map(({ url }) => url)).toEqual([
      '/v1/campaigns?limit=2',
      '/v1/campaigns?limit=2&cursor=more',
    ]);
  });

  it('ask for nothing that nobody wants', async () => {
    const { client, requests } = await serve(answering);
    for await (const { created_at } of client().notifications({ ...QUERY, limit: 1 })) {
      expect(created_at).toBe(3);
      break;
    }
    expect(requests).toHaveLength(1);
  });
});

describe('send', () => {
  it('gives what a route answers, whatever that is, asked once', async () => {
    const { client, requests } = await serve(
      answer(503, '{"a":1}', { 'retry-after': '0' }),
      answer(200, 'text'),
    );
    const route = { method: 'POST', path: '/query/user' } as const;
    const refused = await client().send(route, { user_id: 5 });
    expect(refused).toMatchObject({ status: 503, body: { a: 1 } });
    expect(refused.headers.get('retry-after')).toBe('0');
    expect(requests).toMatchObject([
      { method: 'POST', url: '/v1/query/user', headers: { 'content-type': 'application/json' } },
    ]);
    expect(await client().send({ method: 'GET', path: '/' })).toMatchObject({ status: 200, body: undefined });
  });

  it('rejects when there is no answer', async () => {
    const { client } = await serve(({ socket }) => socket.destroy());
    const sent = client().send({ method: 'GET', path: '/health' });
    expect(await failure(sent)).toMatchObject({ code: 'UPSTREAM.UNAVAILABLE' });
  });
});

describe('an upstream reader', () => {
  const query = { ...QUERY, limit: 100, order: 'desc' } as const;
  const reading = async (listener: RequestListener) => {
    const { baseUrl, requests } = await serve(listener);
    return { pending: createUpstreamReader(baseUrl, 5000).read(query, { 'x-request-id': 'r-1' }), requests };
  };

  it('gives the page, asked in the name of its caller', async () => {
    const { pending, requests } = await reading(answering);
    expect((await pending).items).toHaveLength(3);
    expect(requests[0]?.headers['x-request-id']).toBe('r-1');
  });

  it.each(['INTERNAL.ERROR', 'ROUTE.NOT_FOUND', 'ACCESS.DENIED'] as const)(
    'keeps %s between the services',
    async (code) => {
      const { pending } = await reading(problem(new AppError(code)));
      expect(await failure(pending)).toMatchObject({ code: 'UPSTREAM.FAILED', status: 502 });
    },
  );

  it.each([
    ['QUERY.CURSOR.FOREIGN', 400],
    ['STORE.THROTTLED', 503],
    ['UPSTREAM.UNAVAILABLE', 503],
    ['REQUEST.THROTTLED', 429],
  ] as const)('passes %s on with its time to come again, and does not press', async (code, status) => {
    const retryAfter = status === 400 ? undefined : 0;
    const { pending, requests } = await reading(
      problem(new AppError(code, retryAfter === undefined ? {} : { retryAfter })),
    );
    expect(await failure(pending)).toMatchObject({ code, status, retryAfter });
    expect(requests).toHaveLength(1);
  });

  it('asks again where no time is named', async () => {
    const { pending, requests } = await reading(curt(new AppError('STORE.THROTTLED')));
    expect(await failure(pending)).toMatchObject({ code: 'STORE.THROTTLED' });
    expect(requests).toHaveLength(3);
  });
});
