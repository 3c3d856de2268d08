import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loadRestApis } from './rest-api.ts';
import { RestGateway } from './rest-gateway.ts';

const terraformApis = fileURLToPath(new URL('../../../../terraform/api', import.meta.url));
const notifications = () => {
  const api = loadRestApis(terraformApis, 'http://127.0.0.1:1').find(
    ({ title }) => title === 'notifications',
  );
  if (!api) throw new Error('no notifications API');
  return api;
};
const request = {
  requestId: 'r1',
  stage: 'v1',
  httpMethod: 'GET',
  query: new URLSearchParams(),
  rawQuery: '',
  headers: {},
  body: Buffer.alloc(0),
  sourceIp: '127.0.0.1',
  rawPath: '/',
  receivedAt: new Date(0),
};

test('the id has the form of an AWS id and stays the same', () => {
  expect(notifications().id).toMatch(/^[a-z0-9]{10}$/);
  expect(notifications().id).toBe(notifications().id);
});

test('the real API answers its own errors as problems with a code', async () => {
  const gateway = new RestGateway(notifications(), async () => undefined);
  const code = async (httpMethod: string, path: string, body = '') => {
    const answer = await gateway.handle({ ...request, httpMethod, path, body: Buffer.from(body) });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = JSON.parse(answer.body.toString());
    expect(problem).toMatchObject({ status: answer.statusCode, success: false, message: expect.any(String) });
    return problem.code;
  };
  expect(await code('GET', '/nowhere')).toBe('ROUTE.NOT_FOUND');
  expect(await code('GET', '/sns')).toBe('REQUEST.PARAMETER_MISSING');
  expect(await code('DELETE', '/tx')).toBe('ROUTE.METHOD_NOT_ALLOWED');
  expect(await code('POST', '/query/user', '{}')).toBe('REQUEST.BODY_INVALID');
  expect(await code('POST', '/query/user', '{"user_id":"u"}')).toBe('UPSTREAM.FAILED');
  expect(await code('GET', '/health')).toBe('UPSTREAM.FAILED');
});

test('each route of the real APIs says which methods it takes to who comes with another', async () => {
  for (const api of loadRestApis(terraformApis, 'http://127.0.0.1:1')) {
    const gateway = new RestGateway(api, async () => undefined);
    for (const [path, methods] of api.paths) {
      if (!methods.has('ANY')) continue;
      const { statusCode, headers } = await gateway.handle({ ...request, httpMethod: 'DELETE', path });
      const taken = [...methods.keys()].filter((method) => method !== 'ANY').join(', ');
      expect({ path, statusCode, allow: headers['allow'] }).toEqual({ path, statusCode: 405, allow: taken });
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  }
});

test('every body schema of the real APIs can be validated by', async () => {
  for (const api of loadRestApis(terraformApis, 'http://127.0.0.1:1')) {
    const gateway = new RestGateway(api, async () => undefined);
    for (const [path, methods] of api.paths) {
      if (methods.get('POST')?.['x-amazon-apigateway-request-validator'] !== 'body') continue;
      const answer = await gateway.handle({ ...request, httpMethod: 'POST', path, body: Buffer.from('[]') });
      expect([path, answer.statusCode]).toEqual([path, 400]);
    }
  }
});

test('a file that cannot be served is named with the reason', () => {
  const directory = mkdtempSync(join(tmpdir(), 'apis-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'x.openapi.yaml'), ['info: { title: $', '{unknown_thing} }'].join(''));
  expect(() => loadRestApis(directory, 'http://127.0.0.1:1')).toThrow(
    /TERRAFORM\.INVALID: x\.openapi\.yaml.*unknown_thing/,
  );
});
