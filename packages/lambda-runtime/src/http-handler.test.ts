import { AppError, SECURITY_HEADERS } from '@notify/shared-domain';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type HttpRequest, httpHandler, MAX_BODY_BYTES } from './http-handler.ts';
import { logger } from './logger.ts';
import { aContext, aProxyEvent, type ProxyRequest } from './testing/index.ts';

let seen: HttpRequest | undefined;

const handler = httpHandler({
  'GET /things': async (request) => {
    seen = request;
    return { ok: true };
  },
  'POST /things': async (request) => {
    seen = request;
    return { ok: true };
  },
  'GET /busy': async () => {
    throw new AppError('STORE.THROTTLED', { retryAfter: 3 });
  },
  'GET /throttled': async () => {
    throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  },
  'GET /throttled-transaction': async () => {
    throw Object.assign(new Error('cancelled'), {
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }],
    });
  },
  'GET /silent': async () => {
    throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  },
  'GET /broken': async () => {
    throw new Error('arn:aws:secret');
  },
});

const send = async (request: ProxyRequest) => {
  const answer: APIGatewayProxyResult = await handler(aProxyEvent(request), aContext());
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
};

const json = { 'Content-Type': 'application/json' };

const logged = vi.spyOn(console, 'error');

beforeEach(() => {
  seen = undefined;
  logged.mockReset();
  logger.setLogLevel('ERROR');
});

describe('httpHandler', () => {
  it('gives the route one value a parameter and the headers in lower case', async () => {
    const answer = await send({ path: '/things', parameters: { a: '1' }, headers: { 'X-Thing': 'x' } });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(answer.headers).toMatchObject({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    expect(seen).toEqual({
      parameters: { a: '1' },
      headers: { 'x-thing': 'x' },
      body: undefined,
      requestId: 'request-1',
    });
  });

  it('parses the body of a POST', async () => {
    await send({ method: 'POST', path: '/things', headers: json, body: '{"a":1}' });
    expect(seen?.body).toEqual({ a: 1 });
  });

  it.each<[ProxyRequest, number, string]>([
    [{ path: '/nowhere' }, 404, 'ROUTE.NOT_FOUND'],
    [{ method: 'PUT', path: '/things', body: null }, 405, 'ROUTE.METHOD_NOT_ALLOWED'],
    [{ path: '/things', parameters: { a: ['1', '2'] } }, 400, 'REQUEST.PARAMETER_INVALID'],
    [{ method: 'POST', path: '/things', headers: json, body: '{"a":' }, 400, 'REQUEST.BODY_INVALID'],
    [
      { method: 'POST', path: '/things', headers: json, body: '{"__proto__":{}}' },
      400,
      'REQUEST.BODY_INVALID',
    ],
    [{ method: 'POST', path: '/things', headers: json, body: null }, 400, 'REQUEST.BODY_INVALID'],
    [
      { method: 'POST', path: '/things', headers: { 'Content-Type': 'text/plain' }, body: 'x' },
      415,
      'REQUEST.MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      { method: 'POST', path: '/things', headers: json, body: `"${'é'.repeat(MAX_BODY_BYTES / 2)}"` },
      413,
      'REQUEST.BODY_TOO_LARGE',
    ],
  ])('refuses %j with %i %s', async (request, status, code) => {
    const answer = await send(request);
    expect(answer).toMatchObject({ status, body: { status, code, success: false } });
    expect(answer.headers).toEqual({
      ...SECURITY_HEADERS,
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
    });
    expect(seen).toBeUndefined();
  });

  it('has the security headers, whatever it says', async () => {
    for (const path of ['/things', '/busy', '/nowhere']) {
      expect((await send({ path })).headers).toMatchObject(SECURITY_HEADERS);
    }
  });

  it('says when to come again', async () => {
    const answer = await send({ path: '/busy' });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '3' },
      body: { code: 'STORE.THROTTLED' },
    });
  });

  it('answers a throttle of DynamoDB as what it is', async () => {
    const answer = await send({ path: '/throttled' });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '1' },
      body: { code: 'STORE.THROTTLED' },
    });
  });

  it.each([
    ['/throttled-transaction', 503, 'STORE.THROTTLED'],
    ['/silent', 504, 'UPSTREAM.TIMEOUT'],
  ])('answers trouble of DynamoDB that passes as what it is: %s', async (path, status, code) => {
    expect(await send({ path })).toMatchObject({ status, body: { code } });
  });

  it('logs the cause of an internal error and tells nothing of it', async () => {
    const answer = await send({ path: '/broken' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL.ERROR' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(logged.mock.calls.flat().join()).toContain('arn:aws:secret');
  });
});
