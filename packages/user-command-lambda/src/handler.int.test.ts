import { createTestTable, lossyEndpoint, testClient } from '@notify/dynamodb-local/testing';
import { aContext, aProxyEvent } from '@notify/lambda-runtime/testing';
import type { UserStoreNames } from '@notify/users';
import {
  changeBalance,
  commandTables,
  countItems,
  createUser,
  storedItems,
  updateUser,
} from '@notify/users/testing';
import { beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';

const dynamodb = testClient();
let names: UserStoreNames;
let handler: typeof import('./handler.ts').handler;
let user: string;
let users = 0;

beforeAll(async () => {
  names = await commandTables(createTestTable);
  const environment = {
    AWS_ENDPOINT_URL: inject('dynamodbEndpoint'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LOG_LEVEL: 'SILENT',
    ...names,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('./handler.ts'));
  return () => vi.unstubAllEnvs();
});
beforeEach(() => {
  user = `user-${users++}`;
});

const post = async (body: unknown, key?: string, contentType = 'application/json', of = handler) => {
  const answer = await of(
    aProxyEvent({
      method: 'POST',
      path: '/command',
      headers: { 'Content-Type': contentType, ...(key !== undefined && { 'Idempotency-Key': key }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    aContext(),
  );
  return { status: answer.statusCode, text: answer.body, body: JSON.parse(answer.body) };
};
const stored = () => storedItems(dynamodb, names.EVENTS_TABLE, user);

describe('a command', () => {
  it('is answered as the first documents say, and stored as one event', async () => {
    expect(await post(createUser({}, user))).toMatchObject({
      status: 200,
      body: {
        message: 'Event stored',
        aggregate_id: user,
        event_type: 'USER_CREATED',
        sequence: '00000000000000000001',
      },
    });
    expect((await post(changeBalance(-5, user))).body).toMatchObject({ sequence: '00000000000000000002' });
    const [created, changed] = await stored();
    expect(created).toEqual({
      AggregateID: { S: user },
      Sequence: { S: '00000000000000000001' },
      EventType: { S: 'USER_CREATED' },
      Payload: {
        M: {
          name: { M: { sealed: { S: expect.any(String) } } },
          email: { M: { sealed: { S: expect.any(String) } } },
        },
      },
      Timestamp: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
      CommandID: { S: expect.any(String) },
      SchemaVersion: { N: '2' },
      State: { M: { SchemaVersion: { N: '1' }, Status: { S: 'active' }, Balance: { N: '0' } } },
    });
    expect(changed).toMatchObject({ Payload: { M: { delta: { N: '-5' } } }, SchemaVersion: { N: '1' } });
    expect(JSON.stringify(created)).not.toMatch(/Alice|example/);
  });

  it.each<[string, () => unknown, number, string]>([
    ['no JSON', () => '{"user_id":', 400, 'REQUEST.BODY_INVALID'],
    ['no object', () => [], 400, 'REQUEST.BODY_INVALID'],
    ['no user', () => ({ ...createUser(), user_id: undefined }), 400, 'REQUEST.PARAMETER_MISSING'],
    ['a long user id', () => createUser({}, 'x'.repeat(257)), 400, 'REQUEST.PARAMETER_INVALID'],
    [
      'an unknown type',
      () => ({ ...createUser({}, user), event_type: 'X' }),
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    [
      'an erasure',
      () => ({ ...createUser({}, user), event_type: 'USER_ERASED' }),
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    ['no payload', () => ({ ...createUser({}, user), payload: undefined }), 400, 'REQUEST.PARAMETER_MISSING'],
    ['a bad e-mail', () => createUser({ email: 'alice' }, user), 400, 'REQUEST.PARAMETER_INVALID'],
    [
      'a delta of text',
      () => ({ ...changeBalance(0, user), payload: { delta: '1' } }),
      400,
      'REQUEST.PARAMETER_INVALID',
    ],
    ['an unsafe delta', () => changeBalance(2 ** 53, user), 400, 'REQUEST.PARAMETER_INVALID'],
    ['an unknown user', () => changeBalance(1, user), 404, 'USER.NOT_FOUND'],
    ['an update of nobody', () => updateUser({ name: 'Bob' }, user), 404, 'USER.NOT_FOUND'],
    ['an empty update', () => updateUser({}, user), 400, 'REQUEST.PARAMETER_MISSING'],
  ])('with %s is refused, and nothing is stored', async (_, command, status, code) => {
    expect(await post(command())).toMatchObject({ status, body: { status, code, success: false } });
    expect(await post(command(), `key-${users}`)).toMatchObject({ status, body: { code } });
    expect(await stored()).toEqual([]);
  });

  it('is refused in another media type', async () => {
    expect(await post(createUser({}, user), undefined, 'text/plain')).toMatchObject({ status: 415 });
    expect(await stored()).toEqual([]);
  });

  it('is refused when the user exists, or the balance would be no safe integer', async () => {
    await post(createUser({}, user));
    expect(await post(createUser({}, user))).toMatchObject({
      status: 409,
      body: { code: 'USER.ALREADY_EXISTS' },
    });
    await post(changeBalance(Number.MAX_SAFE_INTEGER, user));
    expect(await post(changeBalance(1, user))).toMatchObject({
      status: 422,
      body: { code: 'USER.BALANCE_OUT_OF_RANGE' },
    });
    expect(await stored()).toHaveLength(2);
  });
});

describe('a command with an Idempotency-Key', () => {
  it('gives the same answer again and is stored once', async () => {
    const first = await post(createUser({}, user), `k-${user}`);
    expect(first.status).toBe(200);
    await post(changeBalance(1, user));
    expect(await post(createUser({}, user), `k-${user}`)).toEqual(first);
    // #region idempotency
    const key = `c-${user}`;
    const change = await post(changeBalance(5, user), key);
    expect(await post({ ...changeBalance(5, user), ignored: true }, key)).toEqual(change);
    expect(await post(changeBalance(6, user), key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY.KEY_REUSED' },
    });
    // #endregion idempotency
    expect(await stored()).toHaveLength(3);
  });

  it('is told from a command on another user under the same key', async () => {
    const [one, other] = [`${user}-one`, `${user}-other`];
    expect((await post(createUser({}, one), `k-${user}`)).body).toMatchObject({ aggregate_id: one });
    expect((await post(createUser({}, other), `k-${user}`)).body).toMatchObject({ aggregate_id: other });
  });

  it('can be tried again after a refusal, with any command', async () => {
    expect((await post(changeBalance(5, user), `k-${user}`)).status).toBe(404);
    expect((await post(createUser({}, user), `k-${user}`)).status).toBe(200);
    expect((await post(changeBalance(5, user), `k-${user}`)).status).toBe(422);
  });

  it('sent many times at once is stored once; who comes while it is handled is told so', async () => {
    await post(createUser({}, user));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(changeBalance(5, user), `k-${user}`)),
    );
    const codes = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? body.sequence}`));
    codes.delete('409 IDEMPOTENCY.IN_PROGRESS');
    expect([...codes]).toEqual(['200 00000000000000000002']);
    expect(await stored()).toHaveLength(2);
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('is refused when the key is %j', async (key) => {
    expect(await post(createUser({}, user), key)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST.PARAMETER_INVALID' },
    });
    expect(await stored()).toEqual([]);
  });
});

it('keeps no personal data outside of the sealed events', async () => {
  await post(createUser({ name: 'Zaphod', email: 'zaphod@example.com' }, user), `k-${user}`);
  expect(await countItems(dynamodb, names.IDEMPOTENCY_TABLE)).toBeGreaterThan(1);
  const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
  for (const table of [names.EVENTS_TABLE, names.IDEMPOTENCY_TABLE, names.USER_KEY_TABLE]) {
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: table }));
    expect(JSON.stringify(Items)).not.toMatch(/zaphod/i);
  }
});

describe('an answer of DynamoDB that is lost when it has done what was asked', () => {
  it.each(['PutItem', 'TransactWriteItems', 'UpdateItem'])(
    'to each %s is no second command, and nobody is told that another one is at it',
    async (operation) => {
      let count = 0;
      const endpoint = await lossyEndpoint(
        inject('dynamodbEndpoint'),
        (asked) => asked === operation && count++ % 2 === 0,
      );
      vi.stubEnv('AWS_ENDPOINT_URL', endpoint.url);
      vi.resetModules();
      onTestFinished(() => {
        vi.stubEnv('AWS_ENDPOINT_URL', inject('dynamodbEndpoint'));
        return endpoint.close();
      });
      const { handler: lossy } = await import('./handler.ts');
      const create = () => post(createUser({}, user), `create-${user}`, undefined, lossy);
      const change = () => post(changeBalance(5, user), `change-${user}`, undefined, lossy);
      const answers = [await create(), await change()];
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [200, undefined],
        [200, undefined],
      ]);
      expect(endpoint.lost()).toBeGreaterThan(1);
      expect([(await create()).text, (await change()).text]).toEqual(answers.map(({ text }) => text));
      expect(await stored()).toHaveLength(2);
    },
  );
});
