import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { aContext, aProxyEvent } from '@notify/lambda-runtime/testing';
import { createRowPositions } from '@notify/read-model';
import { aRow } from '@notify/shared-domain/testing';
import type { BatchReport, RowKey } from '@notify/stream-projection';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';

let handler: typeof import('./handler.ts').handler;

beforeAll(async () => {
  const table = await createTestTable('notification-records');
  const documents = DynamoDBDocumentClient.from(testClient());
  for (const row of [
    aRow({ transaction_id: 'tx_002', created_at: 2, status: 'FAILED', marketing_id: 'm' }),
    aRow({ transaction_id: 'tx_001', created_at: 1, sns_id: 'sns_001', retry_cnt: 1 }),
  ]) {
    await documents.send(new PutCommand({ TableName: table, Item: { ...row, version: '1' } }));
  }
  // Where the read model lives is for its placement to say, not for the function's configuration.
  const readModels = await createTestTable('read-models');
  await documents.send(
    new PutCommand({ TableName: readModels, Item: { read_model: 'rows', active: table } }),
  );
  const campaigns = await createTestTable('campaign-statistics');
  const part = {
    part: 'part#2026-11#shard-1',
    sequence: '1'.padStart(40, '0'),
    tally: { 's IOS FAILED': 2, 'h 24T13': 2, 'r IOS gone': 2 },
    first_created_at: 1,
    last_created_at: 2,
    updated_at: 3,
  };
  for (const [listed_at, marketing_id] of ['spring', 'summer', 'autumn'].entries()) {
    const listing = { marketing_id, part: 'campaign', list: 'campaigns', listed_at };
    for (const Item of [listing, { marketing_id, ...part }]) {
      await documents.send(new PutCommand({ TableName: campaigns, Item }));
    }
  }
  const positions = await createTestTable('projection-positions');
  const latest = [
    [{ S: 'tx_001' }, { N: '1' }],
    [{ S: 'tx_gone' }, { N: '3' }],
    [{ S: 'tx_002' }, { N: '2' }],
  ];
  await createRowPositions(testClient(), positions).leave(
    { records: 3, lastSequenceNumber: '3', lastWrittenAt: 3, lagMs: 1 } as BatchReport,
    latest as RowKey[],
    { remainingTimeMs: () => 60_000 },
  );
  const environment = {
    CAMPAIGN_TABLE: campaigns,
    AWS_ENDPOINT_URL: inject('dynamodbEndpoint'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    NOTIFICATION_TABLE: 'rows',
    READ_MODEL_TABLE: readModels,
    POSITION_TABLE: positions,
    LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('./handler.ts'));
  return () => vi.unstubAllEnvs();
});

const get = async (path: string, parameters?: Record<string, string | string[]>) => {
  const answer = (await handler(
    aProxyEvent(parameters === undefined ? { path } : { path, parameters }),
    aContext(),
  )) as { statusCode: number; body: string };
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};

describe('behind the API', () => {
  it('answers GET /tx and GET /fail in the words of V4', async () => {
    expect(await get('/tx', { transaction_id: 'tx_001' })).toMatchObject({
      status: 200,
      body: { success: true, total_count: 1, data: [{ transaction_id: 'tx_001', token: null }] },
    });
    expect(await get('/fail')).toMatchObject({ status: 200, body: { data: [{ transaction_id: 'tx_002' }] } });
  });

  it('answers GET /tx without an id with the newest of all', async () => {
    const { status, body } = await get('/tx');
    expect([status, body.total_count, body.next_cursor]).toEqual([200, 2, undefined]);
    expect(body.data).toMatchObject([{ transaction_id: 'tx_002' }, { transaction_id: 'tx_001' }]);
    expect((await get('/tx', { limit: '1' })).body.items).toMatchObject([{ transaction_id: 'tx_002' }]);
  });

  it('gives the services of earlier generations their items beside it', async () => {
    const { body } = await get('/tx', { transaction_id: 'tx_001' });
    expect(body).toMatchObject({ count: 1, items: [{ transaction_id: 'tx_001' }] });
    expect(body.items[0]).not.toHaveProperty('token');
    expect(await get('/sns', { sns_id: 'sns_001' })).toMatchObject({
      status: 200,
      body: { total_count: 1, count: 1, data: [{ sns_id: 'sns_001', retry_cnt: 1 }] },
    });
  });

  it.each([
    ['/sns', {}, 400, 'REQUEST.PARAMETER_MISSING'],
    ['/tx', { transaction_id: '' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['/tx', { transaction_id: ['a', 'b'] }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['/fail', { limit: '0' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['/fail', { cursor: 'made-up' }, 400, 'QUERY.CURSOR.INVALID'],
    ['/scan', {}, 404, 'ROUTE.NOT_FOUND'],
  ])('refuses %s %j with %i %s', async (path, parameters, status, code) => {
    expect(await get(path, parameters)).toMatchObject({ status, body: { code, success: false } });
  });
});

describe('invoked directly', () => {
  const invoke = (event: unknown) => handler(event, aContext());

  it.each([
    ['user', { user_id: 'test_user_001' }, { count: 2 }],
    ['marketing', { marketing_id: 'm' }, { count: 1 }],
    ['failures', { transaction_id: 'tx_002' }, { count: 1 }],
    ['transaction', { transaction_id: 'tx_001' }, { total_count: 1 }],
    ['tx', { transaction_id: 'tx_001' }, { total_count: 1, count: 1 }],
    ['sns', { sns_id: 'sns_001' }, { total_count: 1, count: 1 }],
    ['fail', {}, { total_count: 1, count: 1 }],
  ])('answers a query of type %s', async (query_type, query, expected) => {
    expect(await invoke({ query_type, ...query })).toMatchObject({ success: true, ...expected });
  });

  it.each([
    [{}, 'REQUEST.PARAMETER_INVALID'],
    [null, 'REQUEST.PARAMETER_INVALID'],
    [{ query_type: 'scan' }, 'REQUEST.PARAMETER_INVALID'],
    [{ query_type: 'user' }, 'REQUEST.PARAMETER_MISSING'],
  ])('refuses %j with a problem', async (event, code) => {
    expect(await invoke(event)).toMatchObject({ success: false, status: 400, code });
  });
});

describe('the reports', () => {
  const SPRING = {
    marketing_id: 'spring',
    total: 2,
    by_status: { SENT: 0, DELIVERED: 0, FAILED: 2 },
    by_platform: { IOS: 2, ANDROID: 0, WEBPUSH: 0 },
    first_created_at: 1,
    last_created_at: 2,
    updated_at: 3,
  };
  const invoke = (event: object) => handler(event, aContext());

  it('say how a campaign does, behind the API and by direct invoke', async () => {
    const body = {
      success: true,
      message: '2 notifications found',
      data: {
        ...SPRING,
        failures: [{ reason: 'gone', platform: 'IOS', count: 2 }],
        by_hour: [{ hour: '2026-11-24T13:00:00Z', count: 2 }],
      },
    };
    expect(await get('/query/campaign', { marketing_id: 'spring' })).toEqual({ status: 200, body });
    expect(await invoke({ query_type: 'campaign', marketing_id: 'spring' })).toEqual(body);
  });

  it('list the campaigns, the newest first, page by page', async () => {
    const first = await get('/campaigns', { limit: '2' });
    expect(first.body).toMatchObject({
      success: true,
      message: '2 campaigns found',
      total_count: 2,
      data: [{ marketing_id: 'autumn' }, { marketing_id: 'summer' }],
    });
    const { next_cursor: cursor } = first.body;
    expect(await invoke({ query_type: 'campaigns', limit: 2, cursor })).toEqual({
      success: true,
      message: '1 campaign found',
      total_count: 1,
      data: [SPRING],
    });
  });

  it.each([
    [{ query_type: 'campaign', marketing_id: 'winter' }, 'CAMPAIGN.NOT_FOUND'],
    [{ query_type: 'campaign' }, 'REQUEST.PARAMETER_MISSING'],
    [{ query_type: 'campaigns', limit: '2' }, 'REQUEST.PARAMETER_INVALID'],
    [{ query_type: 'campaigns', cursor: 'made up' }, 'QUERY.CURSOR.INVALID'],
  ])('refuse %j with %s', async (event, code) => {
    expect(await invoke(event)).toMatchObject({ success: false, code });
  });
});
