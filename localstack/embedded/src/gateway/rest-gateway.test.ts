import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createHeaderSigner } from '@notify/request-signing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { InvocationResult } from '../lambda/sandbox.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { loadRestApis } from './rest-api.ts';
import { MAX_BODY_BYTES, RestGateway } from './rest-gateway.ts';

let upstream: Server;
let seen: {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
};
let gateway: RestGateway;
let result: Partial<InvocationResult>;
let invoked: { name: string; event: Record<string, unknown> } | undefined;

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    if (request.url === '/slow') return;
    const body = Buffer.concat(await request.toArray()).toString();
    seen = { method: request.method, url: request.url, headers: request.headers, body };
    response.writeHead(418, { 'content-type': 'text/plain', 'x-upstream': 'yes' }).end('short and stout');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
  const [api] = loadRestApis(fixtures, `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  if (!api) throw new Error('no fixture');
  gateway = new RestGateway(api, async (name, event) => {
    invoked = { name, event: JSON.parse(event) };
    return { payload: 'null', logTail: '', ...result };
  });
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});
beforeEach(() => {
  invoked = undefined;
  result = { payload: JSON.stringify({ statusCode: 200, body: 'fine' }) };
});

const send = async (httpMethod: string, target: string, options: Partial<GatewayRequest> = {}) => {
  const url = new URL(target, 'http://gateway');
  const response = await gateway.handle({
    requestId: 'r1',
    stage: 'dev',
    httpMethod,
    path: decodeURI(url.pathname),
    rawPath: url.pathname,
    query: url.searchParams,
    rawQuery: url.search.slice(1),
    headers: {},
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    receivedAt: new Date(0),
    ...options,
  });
  return { ...response, body: response.body.toString() };
};
const posted = (body: unknown, contentType = 'application/json') => ({
  headers: { 'Content-Type': [contentType] },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

test('a Lambda proxy integration gets the event of payload format 1.0', async () => {
  await send('GET', '/detail?user_id=a%20b&tag=1&tag=2', { headers: { Accept: ['a', 'b'] } });
  expect(invoked?.name).toMatch(/:function:fixture-lambda$/);
  expect(invoked?.event).toMatchObject({
    resource: '/detail',
    path: '/detail',
    httpMethod: 'GET',
    headers: { Accept: 'b' },
    multiValueHeaders: { Accept: ['a', 'b'] },
    queryStringParameters: { user_id: 'a b', tag: '2' },
    multiValueQueryStringParameters: { user_id: ['a b'], tag: ['1', '2'] },
    pathParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      apiId: gateway.api.id,
      stage: 'dev',
      path: '/dev/detail',
      requestId: 'r1',
      identity: { sourceIp: '127.0.0.1' },
    },
  });
});

test('path parameters are told; a literal path goes before them', async () => {
  await send('GET', '/users/42');
  expect(invoked?.event).toMatchObject({ resource: '/users/{id}', pathParameters: { id: '42' } });
  expect((await send('GET', '/users/me')).statusCode).toBe(418);
});

test('the result becomes the answer: headers of both kinds, binary bodies decoded', async () => {
  const body = Buffer.from('héllo').toString('base64');
  const multiValueHeaders = { 'Set-Cookie': ['a', 'b'] };
  const proxyResult = {
    statusCode: '201',
    headers: { 'X-One': 1 },
    multiValueHeaders,
    body,
    isBase64Encoded: true,
  };
  result = { payload: JSON.stringify(proxyResult) };
  expect(await send('GET', '/users/1')).toEqual({
    statusCode: 201,
    headers: {
      'x-amzn-requestid': 'r1',
      'content-type': 'application/json',
      'x-one': '1',
      'set-cookie': ['a', 'b'],
    },
    body: 'héllo',
  });
});

test.each<[string, Partial<InvocationResult>]>([
  ['an error', { payload: '{"errorType":"Error"}', functionError: 'Unhandled' }],
  ['no status', { payload: '{"body":"x"}' }],
  ['an object as body', { payload: '{"statusCode":200,"body":{}}' }],
  ['nothing', { payload: 'null' }],
])('a function that ends in %s is a bad gateway', async (_, malformed) => {
  result = malformed;
  expect(await send('GET', '/users/1')).toMatchObject({
    statusCode: 502,
    body: '{"message":"Internal server error"}',
  });
});

test('an HTTP proxy integration passes method, query, headers and body on, and the answer back', async () => {
  const answer = await send('POST', '/command?x=1&x=%26', posted({ name: 'Alice' }));
  expect(answer).toMatchObject({
    statusCode: 418,
    headers: { 'x-upstream': 'yes' },
    body: 'short and stout',
  });
  expect(seen).toMatchObject({ method: 'POST', url: '/command?x=1&x=%26', body: '{"name":"Alice"}' });
  expect(seen.headers['content-type']).toBe('application/json');
});

test('an upstream that is late is a gateway timeout', async () => {
  expect(await send('GET', '/slow')).toMatchObject({
    statusCode: 504,
    body: '{"message":"Endpoint request timed out"}',
  });
});

test('required parameters have to be there and not blank; nothing is invoked without them', async () => {
  const message = '{"message":"Missing required request parameters: [user_id]"}';
  expect(await send('GET', '/detail')).toMatchObject({ statusCode: 400, body: message });
  expect(await send('GET', '/detail?user_id=%20')).toMatchObject({ statusCode: 400, body: message });
  expect(invoked).toBeUndefined();
});

test.each([[{ name: '' }], [{}], ['{"name":'], ['']])('the body %j is refused', async (body) => {
  expect(await send('POST', '/command', posted(body))).toMatchObject({
    statusCode: 400,
    body: '{"message":"Invalid request body"}',
  });
});

test('a body of a media type without a schema passes, as on AWS', async () => {
  expect((await send('POST', '/command', posted('name=', 'text/plain'))).statusCode).toBe(418);
});

test('any other method goes to the mock; a media type it has no template for is refused', async () => {
  expect(await send('DELETE', '/detail')).toMatchObject({
    statusCode: 405,
    headers: { 'content-type': 'application/problem+json' },
    body: '{"status":405}',
  });
  expect((await send('PUT', '/detail', posted('x', 'text/plain'))).statusCode).toBe(415);
});

test("an unknown route is answered by the API's own gateway response", async () => {
  const expected = {
    statusCode: 404,
    headers: {
      'content-type': 'application/problem+json',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    },
    body: '{"detail":"Missing Authentication Token"}',
  };
  expect(await send('GET', '/nowhere')).toMatchObject(expected);
  expect(await send('GET', '/command')).toMatchObject(expected);
});

test('a body over 10 MB is too large', async () => {
  const answer = await send('POST', '/command', { body: Buffer.alloc(MAX_BODY_BYTES + 1) });
  expect(answer.statusCode).toBe(413);
});

test('compresses an answer that is large enough, for who takes it', async () => {
  const whole = 'x'.repeat(2_000);
  const large = new RestGateway({ ...gateway.api, minimumCompressionSize: 1_000 }, async () => ({
    payload: JSON.stringify({ statusCode: 200, body: whole }),
    logTail: '',
  }));
  const [path] = [...gateway.api.paths].find(([, methods]) => methods.has('GET')) ?? [''];
  const ask = (of: RestGateway, encoding: string) =>
    of.handle({
      requestId: 'r1',
      stage: 'dev',
      httpMethod: 'GET',
      path,
      rawPath: path,
      query: new URLSearchParams({ user_id: 'a' }),
      rawQuery: 'user_id=a',
      headers: { 'Accept-Encoding': [encoding] },
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      receivedAt: new Date(0),
    });
  const answer = await ask(large, 'br, gzip');
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(answer.body).toString()).toBe(whole);
  for (const plain of [await ask(large, 'br'), await ask(gateway, 'gzip')]) {
    expect(plain.headers).not.toHaveProperty('content-encoding');
  }
});

test('an API that asks for signatures refuses who has not signed, and who has signed something else, in the words of its document', async () => {
  const api = loadRestApis(
    fileURLToPath(new URL('../../../../terraform/api', import.meta.url)),
    `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
  ).find(({ title }) => title === 'notifications');
  if (!api) throw new Error('no API');
  const key = { accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' };
  const signing = new RestGateway(
    api,
    async () => ({ ...result, logTail: '', payload: String(result.payload) }),
    key,
  );
  const base = 'http://127.0.0.1:4566/restapis/a/v1';
  interface Sent {
    readonly sent?: string;
    readonly method?: string;
    readonly body?: string;
    readonly signedBody?: string;
    readonly secretAccessKey?: string;
    readonly region?: string;
    readonly at?: Date;
  }
  const ask = async (
    signed: string,
    {
      sent = signed,
      method = 'GET',
      body = '',
      signedBody = body,
      secretAccessKey = 'test',
      region = 'us-east-1',
      at = new Date(),
    }: Sent = {},
  ) => {
    const sign = createHeaderSigner({
      credentials: { accessKeyId: 'test', secretAccessKey },
      region,
      now: () => at,
    });
    const own = body ? { 'content-type': 'application/json' } : {};
    const headers = await sign({ method, url: base + signed, headers: own, body: signedBody || undefined });
    const url = new URL(base + sent);
    const response = await signing.handle({
      requestId: 'r1',
      stage: 'v1',
      httpMethod: method,
      path: url.pathname.replace('/restapis/a/v1', ''),
      rawPath: url.pathname,
      query: url.searchParams,
      rawQuery: url.search.slice(1),
      headers: Object.fromEntries(
        Object.entries({ ...headers, host: url.host }).map(([name, value]) => [name, [value]]),
      ),
      body: Buffer.from(body),
      sourceIp: '127.0.0.1',
      receivedAt: new Date(),
    });
    const { code, detail } = JSON.parse(String(response.body).startsWith('{') ? String(response.body) : '{}');
    return [response.statusCode, code, detail].filter(Boolean).join(' ');
  };
  expect(await ask('/tx?transaction_id=a%20b%2Bc%2F%3D%C3%BC*%7E%21%27()&limit=5')).toBe('200');
  expect(await ask('/tx?limit=5&transaction_id=')).toBe('200');
  expect(await ask('/query/user', { method: 'POST', body: '{"user_id":"ü"}' })).toBe('418');
  const wrong = '403 ACCESS.DENIED The request signature we calculated does not match';
  // The signature is over a space, and a plus is none.
  expect(await ask('/tx?transaction_id=a+b')).toContain(wrong);
  expect(await ask('/tx?transaction_id=a', { sent: '/tx?transaction_id=b' })).toContain(wrong);
  expect(await ask('/tx?transaction_id=a', { secretAccessKey: 'other' })).toContain(wrong);
  const changed = { method: 'POST', body: '{"user_id":"b"}', signedBody: '{"user_id":"a"}' };
  expect(await ask('/query/user', changed)).toContain(wrong);
  expect(await ask('/tx?transaction_id=a', { region: 'eu-central-1' })).toContain(
    '403 ACCESS.DENIED Credential should',
  );
  expect(await ask('/tx?transaction_id=a', { at: new Date(0) })).toContain(
    '403 ACCESS.DENIED Signature expired',
  );
  const unsigned = '403 ACCESS.DENIED The request is not signed (AWS_IAM), or there is no such route.';
  expect(await ask('/nowhere')).toBe(unsigned);
});
