import { readFileSync } from 'node:fs';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createNotifyClient } from '@notify/client';
import { marketingBucket } from '@notify/shared-domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rowsOf } from '../model.ts';
import { quarantined } from '../quarantine.ts';
import { repositoryFile } from '../target.ts';
import { History } from './history.ts';
import { DOORS, documents, http, invoke, notifications, sign, stage, table, target, users } from './stage.ts';

const { get, post, send } = http;
/** The clients of the systems that this one re-creates, each with what it does and reads, against rows of their own shapes. */
const { id } = new History();
const start = Date.now() - 60_000;
const transaction_id = `${id}-tx`;
const user_id = `${id}-user`;
const marketing_id = `${id}-marketing`;
const sns_id = `${id}-sns`;

const ROWS = [
  // V1's processor: no body, no time of sending.
  {
    transaction_id,
    created_at: start,
    user_id,
    marketing_id,
    notification_title: 'V1',
    status: 'SENT',
    platform: 'IOS',
  },
  // V3's: the service's id as a number.
  { transaction_id, created_at: start + 1, user_id, notification_title: 'V3', status: 'FAILED', ap_id: 7 },
  // v4.3's setup.sh: no user; words of its own; attributes of its own.
  {
    transaction_id,
    created_at: start + 2,
    sns_id,
    retry_cnt: 2,
    token: 'device',
    notification_title: 'V4',
    status: 'QUEUED',
    platform: 'HUAWEI',
    payload: { M: 'own' },
  },
];
const TIMES: Record<string, number[]> = {
  user: [start + 1, start],
  marketing: [start],
  transaction: [start + 2, start + 1, start],
  failures: [start + 1],
  fail: [start + 1],
  sns: [start + 2],
};
const QUERIES: Record<string, object> = {
  user: { user_id },
  marketing: { marketing_id },
  transaction: { transaction_id },
  failures: { transaction_id },
  fail: { transaction_id },
  sns: { sns_id },
};
const times = (rows: unknown) => (rows as { created_at: number }[]).map(({ created_at }) => created_at);

beforeAll(async () => {
  for (const Item of ROWS) {
    // Of the keys of the indexes, what a campaign is found by is this system's own: `notify import` or a rebuild gives it to a row.
    const bucket = 'marketing_id' in Item ? { marketing_bucket: marketingBucket(marketing_id, 0) } : {};
    await documents.send(
      new PutCommand({ TableName: table('notification-records'), Item: { ...Item, ...bucket } }),
    );
  }
  // V1 goes through three functions and services, each of which may have to be started.
  const cold = DOORS.find(({ query_type }) => query_type === 'user');
  await vi.waitFor(async () => expect((await cold?.ask({ user_id }))?.status).toBe(200), {
    timeout: 120_000,
    interval: 500,
  });
});
afterAll(async () => {
  for (const { created_at } of ROWS) {
    const Key = { transaction_id, created_at };
    await documents.send(new DeleteCommand({ TableName: table('notification-records'), Key }));
  }
});

describe('rows that their processor or setup.sh wrote', () => {
  it.each(DOORS)('are answered by $name, as they are', async (door) => {
    const { status, body } = await door.ask({ ...QUERIES[door.query_type] });
    expect(status).toBe(200);
    const found = rowsOf(body);
    expect(times(found)).toEqual(TIMES[door.query_type]);
    for (const row of found) {
      const { payload: _, ...written } =
        ROWS.find(({ created_at }) => created_at === row['created_at']) ?? {};
      expect(row).toMatchObject({
        ...written,
        ...('ap_id' in written && { ap_id: '7' }),
        notification_body: '',
        send_ts: row['created_at'],
      });
    }
  });

  it('can be paged through at every door', async () => {
    for (const door of DOORS.filter(({ query_type }) => query_type === 'transaction')) {
      const first = await door.ask({ transaction_id, limit: 2 });
      const { next_cursor: cursor } = first.body as { next_cursor: string };
      const rest = await door.ask({ transaction_id, limit: 2, cursor });
      expect([...times(rowsOf(first.body)), ...times(rowsOf(rest.body))]).toEqual(TIMES['transaction']);
    }
  });
});

describe('their clients', () => {
  const rows = (query_type: string) => TIMES[query_type];

  it('simple_query (V1) reads count and items of GET /query/*', async () => {
    for (const [path, type] of [
      ['user', 'user'],
      ['marketing', 'marketing'],
      ['failures', 'failures'],
    ] as const) {
      const { status, body } = await get(`${notifications}/query/${path}`, QUERIES[type]);
      expect([status, body]).toEqual([200, expect.objectContaining({ items: expect.any(Array) })]);
      const { success, count, items } = body as Record<string, unknown>;
      expect([success, count, times(items)]).toEqual([true, rows(type)?.length, rows(type)]);
    }
  });

  it.each(['user', 'marketing', 'fail', 'failures'] as const)(
    'the client of V2 and V3 reads data, total_count and message of POST /query/%s',
    async (type) => {
      const { body } = await post(`${notifications}/query/${type}`, QUERIES[type] ?? {});
      const { success, data, total_count, message } = body as Record<string, unknown>;
      expect([success, times(data), total_count]).toEqual([true, rows(type), rows(type)?.length]);
      expect(message).toMatch(/notifications? found$/);
    },
  );

  it.each([
    ['/tx', 'transaction'],
    ['/fail', 'fail'],
    ['/sns', 'sns'],
  ] as const)(
    'HEAD’s eks_handler reads items, and V4’s client data, of the private %s',
    async (path, type) => {
      const { body } = await get(`${notifications}${path}`, QUERIES[type]);
      const { items, count, data, total_count } = body as Record<string, unknown>;
      expect([times(items), count]).toEqual([rows(type), rows(type)?.length]);
      expect([times(data), total_count]).toEqual([rows(type), rows(type)?.length]);
    },
  );

  it.runIf(target.serviceUrl)('V4’s client reads data and nothing else of the service', async () => {
    const { body } = await get(`${target.serviceUrl}/tx`, { transaction_id });
    expect(Object.keys(body as object).sort()).toEqual(['data', 'message', 'success', 'total_count']);
  });

  it('the client of V3 asks for all failures by a POST without a body', async () => {
    for (const type of ['application/json', undefined]) {
      const answer = await send(`${notifications}/query/fail`, {
        method: 'POST',
        headers: type === undefined ? {} : { 'content-type': type },
      });
      expect(answer).toMatchObject({ status: 200, body: { success: true } });
    }
  });

  it('query_type tx is short for transaction', async () => {
    const { payload } = await invoke('query-result-lambda', { query_type: 'tx', transaction_id });
    expect(times(rowsOf(payload))).toEqual(rows('transaction'));
  });

  it.each([
    ['/user', 'user'],
    ['/marketing', 'marketing'],
    ['/query/tx', 'transaction'],
    ['/query/fail', 'fail'],
  ] as const)('a gateway of theirs has GET %s', async (path, type) => {
    const { status, body } = await get(`${notifications}${path}`, QUERIES[type]);
    expect([status, times(rowsOf(body))]).toEqual([200, rows(type)]);
  });

  it('v4.3’s client asks by SNS id: POST /query/sns and query_type sns', async () => {
    const { body } = await post(`${notifications}/query/sns`, { sns_id });
    const { payload } = await invoke('query-result-lambda', { query_type: 'sns', sns_id });
    for (const answer of [body, payload]) {
      expect(rowsOf(answer)).toMatchObject([{ created_at: start + 2, sns_id, retry_cnt: 2 }]);
    }
  });

  it.runIf(target.serviceUrl)(
    'who looked for error or detail finds success, message and a code, and 400 where FastAPI had 422',
    async () => {
      const { status, body } = await post(`${target.serviceUrl}/query/user`, {});
      expect([status, body]).toMatchObject([
        400,
        { success: false, message: expect.any(String), code: 'REQUEST.PARAMETER_MISSING' },
      ]);
    },
  );

  it.runIf(target.serviceUrl)('who opens /redoc is led to /docs', async () => {
    const { status, headers } = await fetch(`${target.serviceUrl}/redoc`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([308, '/docs']);
  });

  it('curl without a content type is told by POST /command what it lacks', async () => {
    const body = new Blob([JSON.stringify({ user_id: 'u', event_type: 'USER_CREATED', payload: {} })]);
    expect(await send(`${users}/command`, { method: 'POST', body })).toMatchObject({
      status: 415,
      body: { code: 'REQUEST.MEDIA_TYPE_UNSUPPORTED' },
    });
  });

  describe.runIf(target.kind === 'embedded')('on their laptop', () => {
    const awsEndpoint = target.awsEndpoint ?? '';

    it('sam’s stage Prod of the users', async () => {
      expect(await get(`${awsEndpoint}/restapis/users/Prod/list`)).toMatchObject({ status: 200 });
    });

    it('quick_test’s unsigned DynamoDB POST is refused, as by AWS', async () => {
      const answer = await send(awsEndpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
        body: '{}',
      });
      expect(answer).toMatchObject({
        status: 400,
        body: { __type: expect.stringMatching(/Authentication/) },
      });
    });

    it('api_gateway_helper.py’s get-resources is told where the routes stand', async () => {
      expect(await get(`${awsEndpoint}/restapis/local/resources`)).toMatchObject({
        status: 404,
        body: { message: expect.stringContaining('terraform/api') },
      });
    });
  });

  it('whoever calls a function or sets a variable by its old name finds the new one in docs/migration.md', () => {
    const page = readFileSync(repositoryFile('docs/migration.md'), 'utf8');
    const cells = [...page.matchAll(/^\| (.+?) \| (.+) \|$/gm)];
    for (const [old, now] of Object.entries({
      query_lambda: 'query-lambda',
      query_result_lambda: 'query-result-lambda',
      stream_processor_lambda: 'stream-processor-lambda',
      CommandLambda: 'user-command-lambda',
      NOTIFICATION_TABLE_NAME: 'NOTIFICATION_TABLE',
      EKS_HANDLER_URL: 'QUERY_SERVICE_URL',
      REQUEST_TIMEOUT: '29',
    })) {
      const found = cells.filter(([, theirs = '']) => theirs.includes(`\`${old}\``));
      expect(found.map(([, , here]) => here).join()).toContain(now);
    }
  });

  it('deploy-ecs.sh looks for healthy', async () => {
    expect(await get(`${notifications}/health`)).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });
});

describe('v4’s client', () => {
  const history = new History();
  const command = history.command();
  afterAll(() => history.cleanUp());
  const latest = DOORS.filter(({ query_type }) => query_type === 'transaction');

  it.each(latest)('asks $name without an id for the latest, newest first', async (door) => {
    await history.put(command);
    await vi.waitFor(
      async () => {
        const { status, body } = await door.ask({});
        const found = rowsOf(body);
        expect(status).toBe(200);
        expect(found.find((row) => row['transaction_id'] === command.transaction_id)).toMatchObject({
          created_at: command.created_at,
          user_id: command.user_id,
        });
        expect(times(found)).toEqual(times(found).toSorted((a, b) => b - a));
        expect(found.length).toBeLessThanOrEqual(50);
      },
      { timeout: 60_000, interval: 100 },
    );
  });
});

describe('their writers', () => {
  const key = { transaction_id: `${transaction_id}-written`, created_at: start + 10 };
  const command = {
    ...key,
    user_id: `${user_id}-2`,
    notification_title: 'Written by a client of the seeds',
    status: 'SENT',
  };
  const put = (Item: object) =>
    documents.send(new PutCommand({ TableName: table('command-records'), Item: { ...Item } }));
  const ask = createNotifyClient({ baseUrl: notifications, sign });
  afterAll(async () => {
    for (const created_at of [start + 10, start + 11, start + 12]) {
      const Key = { ...key, created_at };
      await documents.send(new DeleteCommand({ TableName: table('command-records'), Key }));
      for (const { table_key, version } of await quarantined(stage, Key)) {
        const Entry = { table_key, version };
        await documents.send(new DeleteCommand({ TableName: table('projection-quarantine'), Key: Entry }));
      }
    }
  });

  it('V3’s gives the id of its service as a number, v4.3’s an SNS id and how often it has tried', async () => {
    await put({ ...command, platform: 'IOS', ap_id: 7, sns_id: `${sns_id}-2`, retry_cnt: 1 });
    await vi.waitFor(
      async () => {
        const { items } = await ask.read({ query_type: 'sns', sns_id: `${sns_id}-2` });
        expect(items).toMatchObject([{ ...key, ap_id: '7', retry_cnt: 1 }]);
      },
      { timeout: 60_000, interval: 100 },
    );
  });

  it.each([
    ['V1’s without a platform', { created_at: start + 11 }],
    ['v4.2’s with a status in its own words', { created_at: start + 12, platform: 'IOS', status: 'QUEUED' }],
  ])('what %s writes is set aside, and can be seen', async (_, fields) => {
    const item = { ...command, ...fields };
    await put(item);
    await vi.waitFor(async () => expect(await quarantined(stage, item)).toHaveLength(1), {
      timeout: 60_000,
      interval: 100,
    });
  });
});
