import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler } from '@notify/lambda-runtime';
import { aContext, aProxyEvent, type ProxyRequest } from '@notify/lambda-runtime/testing';
import { AppError, parseQueryParameters, problemHeaders, toAnswer, toProblem } from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const ROWS = [1, 2, 3].map((created_at) =>
  aRow({ created_at, user_id: 'u1', marketing_id: 'm1', status: created_at === 2 ? 'FAILED' : 'SENT' }),
);

/** The query service, as far as V1 needs it. */
const answering: RequestListener = async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://service');
  try {
    const type = pathname.slice('/query/'.length) as 'user' | 'marketing' | 'failures';
    const query = parseQueryParameters(type, Object.fromEntries(searchParams));
    response.end(
      JSON.stringify(toAnswer('items', query, await new InMemoryNotificationReader(ROWS).read(query))),
    );
  } catch (thrown) {
    const error = thrown as AppError;
    response.writeHead(error.status, problemHeaders(error)).end(JSON.stringify(toProblem(error)));
  }
};
const failing =
  (error: AppError): RequestListener =>
  (_, response) =>
    response.writeHead(error.status, problemHeaders(error)).end(JSON.stringify(toProblem(error)));

let service: Server;
let listener: RequestListener;
let requests: { method?: string | undefined; url?: string | undefined; requestId: unknown }[];
let handler: HttpHandler;

beforeAll(async () => {
  service = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, requestId: request.headers['x-request-id'] });
    listener(request, response);
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  process.env['QUERY_SERVICE_URL'] = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  process.env['REQUEST_TIMEOUT'] = '1.5';
  ({ handler } = await import('./handler.ts'));
});

beforeEach(() => {
  listener = answering;
  requests = [];
});

afterAll(async () => {
  service.closeAllConnections();
  await new Promise((closed) => service.close(closed));
});

const call = async (request: ProxyRequest) => {
  const { statusCode, headers, body } = await handler(aProxyEvent(request), aContext());
  return { status: statusCode, headers, body: JSON.parse(body) };
};

describe('query-lambda', () => {
  it.each([
    ['/query/user', { user_id: 'u1' }, [3, 2, 1]],
    ['/query/marketing', { marketing_id: 'm1' }, [3, 2, 1]],
    ['/query/failures', { transaction_id: 'tx_001' }, [2]],
    ['/query/user', { user_id: 'u1', status: 'FAILED', limit: '1' }, [2]],
    ['/query/user', { user_id: 'u1', order: 'asc', from: '2', to: '3' }, [2]],
  ])('answers GET %s %j', async (path, parameters, times) => {
    const { status, body } = await call({ path, parameters });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, count: times.length });
    expect(body.items.map((item: { created_at: number }) => item.created_at)).toEqual(times);
  });

  it('asks in the name of its own request', async () => {
    await call({ path: '/query/user', parameters: { user_id: 'a&b=c ü' } });
    expect(requests).toEqual([
      {
        method: 'GET',
        url: '/query/user?user_id=a%26b%3Dc%20%C3%BC&limit=100&order=desc',
        requestId: 'request-1',
      },
    ]);
  });

  it('goes from page to page', async () => {
    const first = await call({ path: '/query/user', parameters: { user_id: 'u1', limit: '2' } });
    const parameters = { user_id: 'u1', cursor: first.body.next_cursor };
    expect((await call({ path: '/query/user', parameters })).body).toMatchObject({ count: 1 });
  });

  it.each<[string, ProxyRequest, number, string]>([
    ['an unknown route', { path: '/query/nobody' }, 404, 'ROUTE.NOT_FOUND'],
    [
      'another method',
      { path: '/query/user', method: 'PUT', body: '{}', headers: { 'Content-Type': 'application/json' } },
      405,
      'ROUTE.METHOD_NOT_ALLOWED',
    ],
    ['no parameter', { path: '/query/user' }, 400, 'REQUEST.PARAMETER_MISSING'],
    ['an empty one', { path: '/query/user', parameters: { user_id: '' } }, 400, 'REQUEST.PARAMETER_INVALID'],
    [
      'one too long',
      { path: '/query/user', parameters: { user_id: 'x'.repeat(257) } },
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    [
      'one given twice',
      { path: '/query/user', parameters: { user_id: ['a', 'b'] } },
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    [
      'a limit of 0',
      { path: '/query/user', parameters: { user_id: 'a', limit: '0' } },
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    [
      'a made up cursor',
      { path: '/query/user', parameters: { user_id: 'a', cursor: 'x' } },
      400,
      'QUERY.CURSOR.INVALID',
    ],
  ])('refuses %s without asking the service', async (_, request, status, code) => {
    const answer = await call(request);
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expect(requests).toEqual([]);
  });

  it.each([
    ['UPSTREAM.TIMEOUT', 504],
    ['UPSTREAM.UNAVAILABLE', 503],
    ['STORE.THROTTLED', 503],
    ['QUERY.CURSOR.FOREIGN', 400],
  ] as const)('passes on %s', async (code, status) => {
    listener = failing(new AppError(code));
    expect(await call({ path: '/query/user', parameters: { user_id: 'u1' } })).toMatchObject({
      status,
      body: { code },
    });
  });

  it.each<[string, RequestListener, number, string]>([
    ['fails', failing(new AppError('INTERNAL.ERROR')), 502, 'UPSTREAM.FAILED'],
    [
      'answers with something else',
      (_, response) => response.end('{"success":true}'),
      502,
      'UPSTREAM.FAILED',
    ],
    ['is late', () => undefined, 504, 'UPSTREAM.TIMEOUT'],
    ['hangs up', (request) => request.socket.destroy(), 503, 'UPSTREAM.UNAVAILABLE'],
  ])('says so when the service %s, and nothing of where it is', async (_, behaviour, status, code) => {
    listener = behaviour;
    const answer = await call({ path: '/query/user', parameters: { user_id: 'u1' } });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
  });
});
