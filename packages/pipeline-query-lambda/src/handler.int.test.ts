import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { aContext, aProxyEvent } from '@notify/lambda-runtime/testing';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';

let handler: typeof import('./handler.ts').handler;

const CODES = ['RECORD.INVALID', 'RECORD.INVALID', 'RECORD.TOO_LARGE'];
const RECORD_AT = 1_700_000_000_000;

beforeAll(async () => {
  const dynamodb = testClient();
  const put = (TableName: string, item: object) =>
    dynamodb.send(new PutItemCommand({ TableName, Item: item as never }));
  const [commands = '', rows = '', readModels = '', quarantine = '', positions = ''] = await Promise.all(
    [
      'command-records',
      'notification-records',
      'read-models',
      'projection-quarantine',
      'projection-positions',
    ].map((name) => createTestTable(name, dynamodb)),
  );
  await put(readModels, toItem({ read_model: 'rows', active: rows, standby: 'rows-2' }));
  await put(
    readModels,
    toItem({
      read_model: 'rows#rebuild',
      phase: 'filling',
      build_table: 'rows-2',
      replaces: rows,
      started_at: 5,
      filled: 7,
    }),
  );
  await put(
    positions,
    toItem({
      projection: 'notification-records',
      shard: 'place-1',
      sequence_number: '9',
      record_at: RECORD_AT,
      left_at: RECORD_AT + 400,
      lag_ms: 300,
      records: 10,
      window_ms: 5_000,
    }),
  );
  for (const created_at of [1, 2, 3])
    await put(commands, toItem(aCommand({ created_at, device_token: 'secret' })));
  for (const [index, error_code] of CODES.entries()) {
    const command = aCommand({ transaction_id: `tx_bad_${index}`, payload: 'secret' });
    const { transaction_id, created_at, ...image } = toItem(command);
    await put(quarantine, {
      ...toItem({
        table_key: `${commands}#["tx_bad_${index}","1"]`,
        version: '1'.padStart(40, '0'),
        error_code,
        error_detail: 'Missing: platform.',
        first_seen: '2026-01-01T00:00:00.000Z',
        event_name: 'INSERT',
        source_table: commands,
      }),
      keys: { M: { transaction_id, created_at } },
      image: { M: image },
    });
  }
  const environment = {
    AWS_ENDPOINT_URL: inject('dynamodbEndpoint'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    COMMAND_TABLE: commands,
    NOTIFICATION_TABLE: 'rows',
    READ_MODEL_TABLE: readModels,
    QUARANTINE_TABLE: quarantine,
    POSITION_TABLE: positions,
    LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('./handler.ts'));
  return () => vi.unstubAllEnvs();
});

const get = async (path: string, parameters?: Record<string, string>) => {
  const answer = (await handler(aProxyEvent(parameters ? { path, parameters } : { path }), aContext())) as {
    statusCode: number;
    body: string;
  };
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};
const invoke = (event: object) => handler(event, aContext());

describe('GET /status', () => {
  it('says how the pipeline does, behind the API and by direct invoke', async () => {
    const data = {
      projections: [
        {
          name: 'notification-records',
          lag_ms: 300,
          records_per_s: 0,
          last_record_at: RECORD_AT,
          updated_at: RECORD_AT + 400,
        },
        {
          name: 'campaign-statistics',
          lag_ms: null,
          records_per_s: null,
          last_record_at: null,
          updated_at: null,
        },
      ],
      quarantine: [
        { code: 'RECORD.INVALID', count: 2 },
        { code: 'RECORD.TOO_LARGE', count: 1 },
      ],
      quarantine_complete: true,
      rebuild: { phase: 'filling', table: 'rows-2', replaces: expect.any(String), started_at: 5, filled: 7 },
    };
    expect(await get('/status')).toMatchObject({ status: 200, body: { success: true, data } });
    expect(await invoke({ query_type: 'status' })).toMatchObject({ success: true, data });
  });
});

describe('GET /explain', () => {
  it('says what became of one notification', async () => {
    const { status, body } = await get('/explain', { transaction_id: 'tx_001', created_at: '2' });
    expect({ status, ...body }).toMatchObject({
      status: 200,
      success: true,
      message: '1 notification explained',
      total_count: 1,
      data: [
        {
          transaction_id: 'tx_001',
          created_at: 2,
          state: 'differs',
          reason: 'the row is missing',
          command: { device_token: '(not shown)' },
          remedy: 'notify reproject --transaction-id tx_001 --created-at 2',
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body).not.toHaveProperty('next_cursor');
  });

  it('says it of a whole transaction, page by page', async () => {
    const first = await get('/explain', { transaction_id: 'tx_001', limit: '2' });
    expect(first.body.data.map(({ created_at }: { created_at: number }) => created_at)).toEqual([3, 2]);
    const rest = await invoke({
      query_type: 'explain',
      transaction_id: 'tx_001',
      cursor: first.body.next_cursor,
    });
    expect(rest).toMatchObject({ total_count: 1, data: [{ created_at: 1 }] });
  });

  it.each([
    [{ transaction_id: 'tx_999' }, null],
    [{ transaction_id: 'tx_999', created_at: 7 }, 7],
  ])('does not know %j', async (question, created_at) => {
    expect(await invoke({ query_type: 'explain', ...question })).toMatchObject({
      data: [{ transaction_id: 'tx_999', created_at, state: 'unknown' }],
    });
  });
});

describe('GET /quarantine', () => {
  it('lists what is set aside, without what is private', async () => {
    const { body } = await get('/quarantine', { code: 'RECORD.TOO_LARGE' });
    expect(body).toMatchObject({
      success: true,
      message: '1 entry found',
      total_count: 1,
      data: [
        {
          version: '1'.padStart(40, '0'),
          code: 'RECORD.TOO_LARGE',
          detail: 'Missing: platform.',
          transaction_id: 'tx_bad_2',
          created_at: 1_704_067_200_000,
          first_seen: '2026-01-01T00:00:00.000Z',
          image: { status: 'SENT', payload: '(not shown)' },
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it.each([[{}], [{ code: 'RECORD.INVALID' }]])(
    'gives each entry of %j once, page by page',
    async (filter) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = (await invoke({
          query_type: 'quarantine',
          limit: 1,
          ...filter,
          ...(cursor ? { cursor } : {}),
        })) as {
          data: { transaction_id: string }[];
          next_cursor?: string;
        };
        found.push(...page.data.map(({ transaction_id }) => transaction_id));
        cursor = page.next_cursor;
      } while (cursor);
      const expected = 'code' in filter ? ['tx_bad_0', 'tx_bad_1'] : ['tx_bad_0', 'tx_bad_1', 'tx_bad_2'];
      expect(found.sort()).toEqual(expected);
    },
  );
});

it.each([
  [{ query_type: 'explain' }, 'REQUEST.PARAMETER_MISSING'],
  [{ query_type: 'explain', transaction_id: 'tx', cursor: 'made up' }, 'QUERY.CURSOR.INVALID'],
  [{ query_type: 'quarantine', cursor: 'made up' }, 'QUERY.CURSOR.INVALID'],
  [{ query_type: 'quarantine', limit: '1' }, 'REQUEST.PARAMETER_INVALID'],
  [{ query_type: 'campaign', marketing_id: 'spring' }, 'REQUEST.PARAMETER_INVALID'],
  [{}, 'REQUEST.PARAMETER_INVALID'],
])('refuses %j with %s', async (event, code) => {
  expect(await invoke(event)).toMatchObject({ success: false, code });
});
