import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { aContext, aProxyEvent } from '@notify/lambda-runtime/testing';
import { encodeUserCursor, type UserList } from '@notify/users';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';

const USERS = 25;
let handler: typeof import('./handler.ts').handler;

beforeAll(async () => {
  const dynamodb = testClient();
  const table = await createTestTable('UserSummaryTable');
  for (let i = 0; i < USERS; i++) {
    const Item = {
      UserID: { S: `user-${i}` },
      ...(i > 0 && { Name: { S: `Name ${i}` } }),
      version: { S: '00000000000000000001' },
    };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
  }
  const environment = {
    AWS_ENDPOINT_URL: inject('dynamodbEndpoint'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LOG_LEVEL: 'SILENT',
    USER_SUMMARY_TABLE: table,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('./handler.ts'));
  return () => vi.unstubAllEnvs();
});

const get = async (parameters: Record<string, string> = {}) => {
  const answer = await handler(aProxyEvent({ path: '/list', parameters }), aContext());
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};

describe('GET /list', () => {
  it('gives the users, those whose data was erased without a name', async () => {
    const { status, body } = await get();
    expect(status).toBe(200);
    expect(body.next_cursor).toBeUndefined();
    expect(body.users).toHaveLength(USERS);
    expect(body.users).toContainEqual({ UserID: 'user-0', Name: null });
    expect(body.users).toContainEqual({ UserID: 'user-7', Name: 'Name 7' });
  });

  it('gives each user once, page by page', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body }: { body: UserList } = await get({ limit: '4', ...(cursor && { cursor }) });
      expect(body.users.length).toBeLessThanOrEqual(4);
      seen.push(...body.users.map(({ UserID }) => UserID));
      cursor = body.next_cursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(USERS);
    expect(seen).toHaveLength(USERS);
  });

  it.each([
    [{ limit: '0' }, 'REQUEST.PARAMETER_INVALID'],
    [{ limit: '1001' }, 'REQUEST.PARAMETER_INVALID'],
    [{ limit: 'many' }, 'REQUEST.PARAMETER_INVALID'],
    [{ cursor: '' }, 'QUERY.CURSOR.INVALID'],
    [{ cursor: 'made-up' }, 'QUERY.CURSOR.INVALID'],
    [{ cursor: `${encodeUserCursor('user-1')}A` }, 'QUERY.CURSOR.INVALID'],
    [{ cursor: Buffer.from('[1,"user-1","x"]').toString('base64url') }, 'QUERY.CURSOR.INVALID'],
    [{ cursor: 'A'.repeat(4_000) }, 'QUERY.CURSOR.INVALID'],
  ])('refuses %j', async (parameters, code) => {
    expect(await get(parameters)).toMatchObject({ status: 400, body: { code, success: false } });
  });
});
