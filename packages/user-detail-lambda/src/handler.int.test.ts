import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { aContext, aProxyEvent } from '@notify/lambda-runtime/testing';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';

const dynamodb = testClient();
let table: string;
let handler: typeof import('./handler.ts').handler;

beforeAll(async () => {
  table = await createTestTable('UserDetailTable');
  const environment = {
    AWS_ENDPOINT_URL: inject('dynamodbEndpoint'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LOG_LEVEL: 'SILENT',
    USER_DETAIL_TABLE: table,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('./handler.ts'));
  return () => vi.unstubAllEnvs();
});

const put = (version: number, fields: object = {}) =>
  dynamodb.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        UserID: { S: 'user-001' },
        Balance: { N: String(version) },
        version: { S: String(version).padStart(20, '0') },
        ...fields,
      },
    }),
  );
const person = { Name: { S: 'Alice' }, Email: { S: 'alice@example.com' } };

const get = async (parameters: Record<string, string>) => {
  const answer = await handler(aProxyEvent({ path: '/detail', parameters }), aContext());
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
};

describe('GET /detail', () => {
  it('gives the user in the words of the first documents', async () => {
    await put(3, person);
    expect(await get({ user_id: 'user-001' })).toMatchObject({
      status: 200,
      body: { UserID: 'user-001', Name: 'Alice', Email: 'alice@example.com', Balance: 3 },
    });
  });

  it('gives of an erased user what is left', async () => {
    await put(4);
    expect((await get({ user_id: 'user-001' })).body).toEqual({
      UserID: 'user-001',
      Name: null,
      Email: null,
      Balance: 4,
    });
  });

  it('never gives an older state than asked for', async () => {
    await put(5, person);
    expect((await get({ user_id: 'user-001', at_least: '00000000000000000005' })).body.Balance).toBe(5);
    const waiting = get({ user_id: 'user-001', at_least: '7' });
    await put(6, person);
    await put(7, person);
    expect((await waiting).body.Balance).toBe(7);
    expect(await get({ user_id: 'user-001', at_least: '8' })).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '1' },
      body: { code: 'READ_MODEL.BEHIND' },
    });
  });

  it.each<[Record<string, string>, number, string]>([
    [{}, 400, 'REQUEST.PARAMETER_MISSING'],
    [{ user_id: '' }, 400, 'REQUEST.PARAMETER_INVALID'],
    [{ user_id: 'x'.repeat(257) }, 400, 'REQUEST.PARAMETER_INVALID'],
    [{ user_id: 'user-001', at_least: 'x' }, 400, 'REQUEST.PARAMETER_INVALID'],
    [{ user_id: 'nobody' }, 404, 'USER.NOT_FOUND'],
  ])('refuses %j with %i %s', async (parameters, status, code) => {
    expect(await get(parameters)).toMatchObject({ status, body: { code, success: false } });
  });
});
