import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, problemHeaders, toProblem } from '@notify/shared-domain';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getJson } from './get-json.ts';

const servers: Server[] = [];

const serve = async (...answers: [RequestListener, ...RequestListener[]]) => {
  const requests: {
    url: string | undefined;
    headers: NodeJS.Dict<string | string[]>;
    port: number | undefined;
  }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url, headers: request.headers, port: request.socket.remotePort });
    (answers[requests.length - 1] ?? (answers.at(-1) as RequestListener))(request, response);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/tx?transaction_id=t-1`),
    requests,
  };
};

const answer =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

const problem = (error: AppError, status = error.status): RequestListener =>
  answer(status, toProblem(error), problemHeaders(error));

const failure = (pending: Promise<unknown>): Promise<AppError> =>
  pending.then(
    () => Promise.reject(new Error('expected a failure')),
    (error) => error,
  );

const timeoutMs = 5000;

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

describe('getJson', () => {
  it('gives the body of a 200 and sends the headers it was given', async () => {
    const { url, requests } = await serve(answer(200, { success: true }));
    await expect(getJson(url, { timeoutMs, headers: { 'x-request-id': 'r-1' } })).resolves.toEqual({
      success: true,
    });
    expect(requests[0]).toMatchObject({ url: '/tx?transaction_id=t-1', headers: { 'x-request-id': 'r-1' } });
  });

  it('keeps the connection', async () => {
    const { url, requests } = await serve(answer(200, {}));
    for (let i = 0; i < 10; i++) await getJson(url, { timeoutMs });
    expect(new Set(requests.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
  });

  it.each([502, 503, 504])('tries again after a %i', async (status) => {
    const { url, requests } = await serve(answer(status), answer(status), answer(200, [1]));
    await expect(getJson(url, { timeoutMs })).resolves.toEqual([1]);
    expect(requests).toHaveLength(3);
  });

  it('tries again after a lost connection', async () => {
    const { url, requests } = await serve((request) => request.socket.destroy(), answer(200, 1));
    await expect(getJson(url, { timeoutMs })).resolves.toBe(1);
    expect(requests).toHaveLength(2);
  });

  it('stops after its retries', async () => {
    const { url, requests } = await serve(answer(503));
    expect(await failure(getJson(url, { timeoutMs, retries: 1 }))).toMatchObject({ code: 'UPSTREAM.FAILED' });
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['400', answer(400, 'no')],
    ['404', answer(404, { success: false })],
    ['500', answer(500)],
    ['a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' })],
    ['no JSON', answer(200, '<html>')],
    ['an empty body', answer(200)],
    ['a problem of ours that is not the caller’s', problem(new AppError('INTERNAL.ERROR'))],
    ['a route that should be there', problem(new AppError('ROUTE.NOT_FOUND'))],
    [
      'a problem with a code of nobody',
      answer(400, { ...toProblem(new AppError('RECORD.INVALID')), code: 'X.Y' }),
    ],
    ['more than it takes', answer(200, `"${'x'.repeat(100)}"`)],
  ])('takes %s for a failure and does not try again', async (_, listener) => {
    const { url, requests } = await serve(listener);
    expect(await failure(getJson(url, { timeoutMs, maxBytes: 50 }))).toMatchObject({
      code: 'UPSTREAM.FAILED',
      status: 502,
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['QUERY.CURSOR.FOREIGN', 400],
    ['REQUEST.PARAMETER_INVALID', 400],
  ] as const)('passes %s on', async (code, status) => {
    const { url, requests } = await serve(problem(new AppError(code, { detail: 'Do this.' })));
    expect(await failure(getJson(url, { timeoutMs }))).toMatchObject({ code, status, detail: 'Do this.' });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['STORE.THROTTLED', 503],
    ['UPSTREAM.UNAVAILABLE', 503],
    ['REQUEST.THROTTLED', 429],
  ] as const)('passes %s on with its time to come again, and does not press', async (code, status) => {
    const { url, requests } = await serve(problem(new AppError(code, { retryAfter: 7 })));
    expect(await failure(getJson(url, { timeoutMs }))).toMatchObject({ code, status, retryAfter: 7 });
    expect(requests).toHaveLength(1);
  });

  it('knows a throttling that is no problem document', async () => {
    const { url } = await serve(answer(429, { message: 'Too Many Requests' }, { 'retry-after': '3' }));
    expect(await failure(getJson(url, { timeoutMs }))).toMatchObject({
      code: 'REQUEST.THROTTLED',
      retryAfter: 3,
    });
  });

  it.each<[string, RequestListener]>([
    ['no answer', () => undefined],
    ['half a body', (_, response) => response.writeHead(200).write('{"a":')],
  ])('gives up on %s at the deadline', async (_, listener) => {
    const { url, requests } = await serve(listener);
    expect(await failure(getJson(url, { timeoutMs: 60 }))).toMatchObject({
      code: 'UPSTREAM.TIMEOUT',
      status: 504,
    });
    expect(requests).toHaveLength(1);
  });

  it('does not begin a try that the deadline would cut', async () => {
    const { url, requests } = await serve(answer(503));
    vi.spyOn(Math, 'random').mockReturnValue(timeoutMs);
    expect(await failure(getJson(url, { timeoutMs }))).toMatchObject({ code: 'UPSTREAM.FAILED' });
    expect(requests).toHaveLength(1);
  });

  it('says of an upstream that is down neither where it is nor why', async () => {
    const { url } = await serve(answer(200));
    await new Promise((closed) => servers.pop()?.close(closed));
    const error = await failure(getJson(url, { timeoutMs }));
    expect(error).toMatchObject({ code: 'UPSTREAM.UNAVAILABLE', status: 503 });
    expect(JSON.stringify(toProblem(error))).not.toMatch(/127\.0\.0\.1|ECONN|tx/);
  });
});
