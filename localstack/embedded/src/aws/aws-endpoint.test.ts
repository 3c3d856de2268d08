import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LOCAL_AWS } from '@notify/dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRestApis } from '../gateway/rest-api.ts';
import { RestGateway } from '../gateway/rest-gateway.ts';
import { Concurrency } from '../lambda/concurrency.ts';
import { LambdaFunction, ThrottledError } from '../lambda/lambda-function.ts';
import type { InvocationResult } from '../lambda/sandbox.ts';
import { type AwsEndpoint, startAwsEndpoint } from './aws-endpoint.ts';
import { DynamoDBProxy } from './dynamodb-proxy.ts';
import { LambdaApi } from './lambda-api.ts';
import { RestApiEndpoint } from './rest-api-endpoint.ts';

const spec = { description: '', memory_mb: 128, timeout_s: 5, tables: {}, endpoints: {}, event_source: null };
const REQUEST_TIMEOUT_MS = 300;

let endpoint: AwsEndpoint;
let fn: LambdaFunction;
let invoke: (event: string) => Promise<InvocationResult>;
const upstream = createServer((_, response) => response.end('upstream'));

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  fn = new LambdaFunction({
    name: 'fixture-lambda',
    spec,
    bundle: fileURLToPath(new URL('../fixtures/handler.mjs', import.meta.url)),
    env: {},
    concurrency: new Concurrency(0),
    log: () => {},
  });
  const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
  const apis = loadRestApis(fixtures, `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  endpoint = await startAwsEndpoint({
    port: 0,
    allowedHosts: ['allowed.example'],
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    dynamodb: new DynamoDBProxy(
      { ...LOCAL_AWS, endpoint: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` },
      () => {},
    ),
    lambda: new LambdaApi(new Map([['fixture-lambda', fn]]), []),
    restApis: new RestApiEndpoint(apis.map((api) => new RestGateway(api, (_, event) => invoke(event)))),
    health: () => ({ status: 'ok' }),
  });
});
afterAll(async () => {
  await endpoint.stop();
  await fn.stop();
  upstream.close();
});

/** Sends bytes as they are and gives all that comes back until the line is closed. */
const raw = (bytes: string): Promise<{ status: number; headers: string; body: string }> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.once('error', reject).once('close', () => {
      const [headers = '', body = ''] = text.split('\r\n\r\n');
      const isChunked = /^transfer-encoding: chunked/im.test(headers);
      // One chunk, for no answer here is large.
      resolve({
        status: Number(headers.split(' ')[1]),
        headers,
        body: isChunked ? (body.split('\r\n')[1] ?? '') : body,
      });
    });
    socket.write(bytes);
  });
const get = (path: string, headers = 'Host: 127.0.0.1\r\n') =>
  raw(`GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
const API = '/restapis/users/dev';

describe('what is hardly a request is refused in so many words', () => {
  const post = `POST ${API}/command HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
  test.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400, 'REQUEST.MALFORMED'],
    ['no Host', `GET ${API}/detail HTTP/1.1\r\nConnection: close\r\n\r\n`, 400, 'REQUEST.MALFORMED'],
    ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400, 'REQUEST.MALFORMED'],
    ['headers that do not end', `${post}X-A: b\r\n`, 408, 'REQUEST.TIMEOUT'],
    ['a body that does not come', `${post}Content-Length: 100\r\n\r\n{"na`, 408, 'REQUEST.TIMEOUT'],
    ['an expectation', `${post}Expect: the-unexpected\r\n\r\n`, 417, 'REQUEST.EXPECTATION_FAILED'],
    ['a long header', `${post}X-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'REQUEST.HEADERS_TOO_LARGE'],
    ['a long target', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'REQUEST.HEADERS_TOO_LARGE'],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers).toContain('Content-Type: application/problem+json');
    expect(answer.headers).toContain('X-Content-Type-Options: nosniff');
    expect(JSON.parse(answer.body)).toMatchObject({ status, code, success: false });
  });
});

describe('no header and no path is more than a name', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('the header %s', async (name) => {
    const headers = `Host: 127.0.0.1\r\n${name}: x\r\n`;
    expect(await get(`${API}/users/me`, headers)).toMatchObject({ status: 200, body: 'upstream' });
    let event = { headers: {}, multiValueHeaders: {} };
    invoke = async (text) => {
      event = JSON.parse(text);
      return { payload: JSON.stringify({ statusCode: 204 }), logTail: '' };
    };
    expect((await get(`${API}/users/1`, headers)).status).toBe(204);
    expect(Object.entries(event.headers)).toContainEqual([name, 'x']);
    expect(Object.entries(event.multiValueHeaders)).toContainEqual([name, ['x']]);
  });

  test.each([
    '/%ff',
    '//',
    '/%00',
    '/%2e%2e/%2e%2e/',
    '/../../health',
    '/..%2f..%2fhealth',
    '/%zz',
    '/__proto__',
  ])('the path %s is of no route, and leads out of no API', async (path) => {
    const answer = await get(`${API}${path}`);
    expect(answer.status).toBe(404);
    expect(answer.headers).toContain('content-type: application/problem+json');
  });

  test.each(['//', '/%ff', '/%2e%2e', '/2015-03-31/functions/%ff/x'])(
    'the path %s is served by nobody',
    async (path) => {
      expect((await get(path)).status).toBe(501);
    },
  );
});

describe('it is nobody else’s', () => {
  test.each([
    ['the name of another site', 'Host: attacker.example\r\n'],
    ['an address of the network', 'Host: 192.168.1.20:4566\r\n'],
    ['a page of another site', 'Host: 127.0.0.1\r\nOrigin: https://attacker.example\r\n'],
    [
      'a request without cors',
      'Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n',
    ],
  ])('%s gets nothing, whatever it asks', async (_, headers) => {
    for (const path of [`${API}/users/me`, '/health', '/restapis', '/2015-03-31/functions']) {
      const answer = await get(path, headers);
      expect(JSON.parse(answer.body)).toMatchObject({ status: 403, code: 'ACCESS.DENIED' });
    }
    const scan = await raw(
      `POST / HTTP/1.1\r\n${headers}X-Amz-Target: DynamoDB_20120810.Scan\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    expect(scan.status).toBe(403);
  });

  test('a name that the operator allows is answered', async () => {
    expect((await get('/health', 'Host: allowed.example\r\n')).status).toBe(200);
  });

  test('nobody reaches it by another address of this machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address, scopeid }) => address !== '127.0.0.1' && !scopeid)
      .map(({ address }) => address);
    // On Linux all of 127.0.0.0/8 is this machine's, whatever its network.
    if (process.platform === 'linux') others.push('127.0.0.2');
    for (const address of others) {
      const socket = connect(Number(new URL(endpoint.url).port), address);
      const [error] = await once(socket, 'error');
      expect([address, error.code]).toEqual([address, 'ECONNREFUSED']);
    }
  });
});

describe('when no environment comes free in time', () => {
  test('an invocation is throttled in the words of Lambda', async () => {
    const answer = await raw(
      'POST /2015-03-31/functions/fixture-lambda/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(429);
    expect(answer.headers).toContain('x-amzn-errortype: TooManyRequestsException');
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'TooManyRequestsException' });
  });

  test('the gateway has no integration, as on AWS', async () => {
    invoke = () => Promise.reject(new ThrottledError());
    expect((await get(`${API}/users/1`)).status).toBe(502);
  });
});
