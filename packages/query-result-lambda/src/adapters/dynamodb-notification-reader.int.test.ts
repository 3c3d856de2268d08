import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, NumberValue, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDBClient, LOCAL_AWS, loadTables, type Table, toCreateTable } from '@notify/dynamodb';
import {
  createTestTable,
  silenceableEndpoint,
  testClient,
  unspreadReadTable,
} from '@notify/dynamodb-local/testing';
import { MAX_LATEST, type NotificationKey, parseQuery } from '@notify/shared-domain';
import { aRow, notificationReaderContract } from '@notify/shared-domain/testing';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { DynamoDBNotificationReader } from './dynamodb-notification-reader.ts';

const fixture = async (isOurs = false, client = testClient()) => {
  const table = await createTestTable('notification-records', client);
  const documents = DynamoDBDocumentClient.from(client);
  const keys: NotificationKey[] = [];
  return {
    reader: new DynamoDBNotificationReader(
      client,
      async () => ({ name: table, isOurs }),
      async () => keys,
    ),
    add: async (rows: readonly object[]) => {
      keys.push(...rows.slice(0, MAX_LATEST).map(keyOf));
      for (let i = 0; i < rows.length; i += 25) {
        const batch = rows.slice(i, i + 25);
        const requests = batch.map((row) => ({
          PutRequest: { Item: { ...row, version: '1'.padStart(40, '0') } },
        }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
      }
    },
    addTombstone: (transaction_id: string, created_at: number) =>
      documents.send(
        new PutCommand({
          TableName: table,
          Item: { transaction_id, created_at, deleted: true, version: '2' },
        }),
      ),
  };
};

/** Of a table of the projection's own, in which nothing is the newest. */
const readerOf = (client: ReturnType<typeof testClient>, table: () => string) =>
  new DynamoDBNotificationReader(
    client,
    async () => ({ name: table(), isOurs: true }),
    async () => [],
  );

const keyOf = (row: object): NotificationKey => {
  const { transaction_id, created_at } = row as NotificationKey;
  return { transaction_id, created_at };
};

describe.each([
  ['that others may write into', false],
  ['of the projection’s own', true],
])('a table %s', (_, isOurs) => {
  notificationReaderContract(() => fixture(isOurs));
});

const failures = parseQuery('fail', { transaction_id: 'tx_001', limit: 2 });

describe('failures of a transaction', () => {
  it('are looked for among all of its rows where others may write', async () => {
    const { reader, add } = await fixture();
    const { failed_transaction: _, failed_bucket: __, ...theirs } = aRow({ status: 'FAILED', created_at: 2 });
    await add([aRow({ created_at: 1 }), theirs]);
    expect(await reader.read(failures)).toMatchObject({ items: [{ created_at: 2 }] });
  });

  it('are read and nothing else where nobody does', async () => {
    const client = testClient();
    const send = vi.spyOn(client, 'send');
    const { reader, add } = await fixture(true, client);
    await add(
      Array.from({ length: 1_000 }, (_, created_at) =>
        aRow({ created_at, status: created_at < 3 ? 'FAILED' : 'SENT' }),
      ),
    );
    send.mockClear();
    const page = await reader.read(failures);
    expect(page.items.map(({ created_at }) => created_at)).toEqual([2, 1]);
    expect((await reader.read({ ...failures, cursor: page.nextCursor })).items).toMatchObject([
      { created_at: 0 },
    ]);
    expect(send.mock.calls.map(([{ input }]) => input)).toMatchObject([
      { IndexName: 'transaction_id-failed-index', Limit: 3 },
      { IndexName: 'transaction_id-failed-index', Limit: 3 },
    ]);
  });

  it('are found in a table from before there was an index of them', async () => {
    const client = testClient();
    const table = await createUnspreadTable(client);
    const reader = readerOf(client, () => table);
    const { failed_transaction: _, ...row } = aRow({ status: 'FAILED' });
    await DynamoDBDocumentClient.from(client).send(
      new PutCommand({ TableName: table, Item: { ...row, version: '1' } }),
    );
    for (let time = 0; time < 2; time++)
      expect(await reader.read(failures)).toMatchObject({ items: [{ transaction_id: 'tx_001' }] });
  });
});

const createUnspreadTable = async (client: ReturnType<typeof testClient>): Promise<string> => {
  const name = `unspread-${randomUUID()}`;
  await client.send(new CreateTableCommand(toCreateTable(name, unspreadReadTable())));
  return name;
};

describe('a table from before campaigns were spread over buckets', () => {
  it('is read until the read model is rebuilt, and its cursors go on in the next table', async () => {
    const client = testClient();
    const documents = DynamoDBDocumentClient.from(client);
    const tables = [await createUnspreadTable(client), await createTestTable('notification-records', client)];
    const rows = Array.from({ length: 40 }, (_, i) =>
      aRow({ transaction_id: `tx_${i}`, created_at: 1_000 + i, marketing_id: 'm' }),
    );
    for (const [number, table] of tables.entries()) {
      for (const { marketing_bucket, ...row } of rows) {
        const Item = { ...row, version: '1', ...(number === 1 && { marketing_bucket }) };
        await documents.send(new PutCommand({ TableName: table, Item }));
      }
    }
    let active = tables[0] ?? '';
    const reader = readerOf(client, () => active);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = parseQuery('marketing', { marketing_id: 'm', limit: 7, ...(cursor && { cursor }) });
      const page = await reader.read(query);
      seen.push(...page.items.map(({ transaction_id }) => transaction_id));
      cursor = page.nextCursor;
      if (seen.length >= 14) active = tables[1] ?? '';
    } while (cursor);
    expect(seen).toEqual(rows.map(({ transaction_id }) => transaction_id).reverse());
  });

  it('is read by its new index when it is made anew under its name', async () => {
    const client = testClient();
    const table = await createUnspreadTable(client);
    const reader = readerOf(client, () => table);
    const query = parseQuery('marketing', { marketing_id: 'm' });
    expect(await reader.read(query)).toEqual({ items: [] });
    await client.send(new DeleteTableCommand({ TableName: table }));
    const now = loadTables()['notification-records'] as Table;
    await client.send(new CreateTableCommand(toCreateTable(table, now)));
    const Item = { ...aRow({ marketing_id: 'm' }), version: '1' };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: table, Item }));
    expect(await reader.read(query)).toMatchObject({ items: [{ transaction_id: Item.transaction_id }] });
    expect(await reader.read(query)).toMatchObject({ items: [{ transaction_id: Item.transaction_id }] });
  });
});

describe('a DynamoDB that is silent', () => {
  it('costs a query its tries and no more, and the next one is answered', async () => {
    const endpoint = await silenceableEndpoint(inject('dynamodbEndpoint'));
    onTestFinished(endpoint.close);
    const table = await createTestTable('notification-records');
    const limits = { connectionMs: 500, requestMs: 200, attempts: 2 };
    const client = createDynamoDBClient(limits, { ...LOCAL_AWS, endpoint: endpoint.url });
    const reader = readerOf(client, () => table);
    const query = parseQuery('transaction', { transaction_id: 'tx' });
    endpoint.silence(true);
    await expect(reader.read(query)).rejects.toMatchObject({ code: 'UPSTREAM.TIMEOUT', status: 504 });
    endpoint.silence(false);
    expect(await reader.read(query)).toEqual({ items: [] });
  });
});

describe('DynamoDBNotificationReader', () => {
  it('never shows a tombstone, and fills the page behind it', async () => {
    const { reader, add, addTombstone } = await fixture();
    await add([1, 3, 5].map((created_at) => aRow({ created_at })));
    for (const created_at of [2, 4, 6]) await addTombstone('tx_001', created_at);
    const page = await reader.read(parseQuery('transaction', { transaction_id: 'tx_001', limit: 3 }));
    expect(page.items.map((item) => item.created_at)).toEqual([5, 3, 1]);
    expect(page.nextCursor).toBeUndefined();
  });

  it.each([
    ['from', { from: 1_712_000_000_000 }, 'desc'],
    ['to', { to: 1_712_000_000_001 }, 'asc'],
    ['0', {}, 'desc'],
  ] as const)(
    'pages through rows that share the millisecond of the bound %s',
    async (name, bounds, order) => {
      const { reader, add } = await fixture();
      const created_at = name === '0' ? 0 : 1_712_000_000_000;
      const ids = Array.from({ length: 25 }, (_, i) => `tx_${String(i).padStart(2, '0')}`);
      await add(
        ids.map((transaction_id) =>
          aRow({ transaction_id, created_at, marketing_id: 'm', status: 'FAILED' }),
        ),
      );
      for (const type of ['user', 'marketing', 'fail'] as const) {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const key = { user_id: 'test_user_001', marketing_id: 'm' };
          const page = await reader.read(parseQuery(type, { ...key, ...bounds, order, limit: 10, cursor }));
          found.push(...page.items.map((item) => item.transaction_id));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(found.sort()).toEqual(ids);
      }
    },
  );

  it('finds one failure among thousands of rows in one page, whoever wrote it', async () => {
    const { reader, add } = await fixture();
    const rows = Array.from({ length: 6_500 }, (_, created_at) => ({
      transaction_id: 'tx_many',
      created_at,
      status: created_at === 0 ? 'FAILED' : 'SENT',
    }));
    await Promise.all(
      Array.from({ length: 8 }, (_, part) => add(rows.filter(({ created_at }) => created_at % 8 === part))),
    );
    const page = await reader.read(parseQuery('fail', { transaction_id: 'tx_many', limit: 10 }));
    expect(page).toMatchObject({ items: [{ created_at: 0 }] });
    expect(page.nextCursor).toBeUndefined();
  });

  it('reads what another system wrote, and pages through it', async () => {
    const { reader, add } = await fixture();
    await add([
      {
        transaction_id: 'tx_v1',
        created_at: 1,
        status: 'QUEUED',
        platform: 'FAX',
        ap_id: 7,
        tags: new Set(['a']),
      },
      {
        transaction_id: 'tx_v1',
        created_at: 1.5,
        token: null,
        notification_title: 'half a millisecond later',
      },
      {
        transaction_id: 'tx_v1',
        created_at: 2,
        retry_cnt: NumberValue.from('1152921504606846976'),
        delivered_ts: '5',
        failed_ts: {},
      },
    ]);
    const read = (more: object) =>
      reader.read(parseQuery('transaction', { transaction_id: 'tx_v1', ...more }));
    const { items } = await read({});
    expect(items).toMatchObject([
      { created_at: 2, retry_cnt: 2 ** 60, delivered_ts: 5, send_ts: 2, notification_body: '' },
      { created_at: 1.5, notification_title: 'half a millisecond later' },
      { created_at: 1, status: 'QUEUED', platform: 'FAX', ap_id: '7' },
    ]);
    const paged: unknown[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await read({ limit: 1, cursor });
      paged.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(paged).toEqual(items);
  });

  it('leaves out of the newest what is gone', async () => {
    const { reader, add, addTombstone } = await fixture();
    await add([1, 2, 3].map((created_at) => aRow({ created_at })));
    await addTombstone('tx_001', 2);
    const { items } = await reader.read(parseQuery('transaction', {}));
    expect(items.map(({ created_at }) => created_at)).toEqual([3, 1]);
  });

  it('gives what fits in an answer of Lambda, and a cursor for the rest', async () => {
    const { reader, add } = await fixture();
    const notification_body = 'x'.repeat(300_000);
    const created = Array.from({ length: 30 }, (_, i) => i + 1);
    for (const created_at of created) await add([aRow({ created_at, notification_body, status: 'FAILED' })]);
    for (const type of ['user', 'fail'] as const) {
      const seen: number[] = [];
      let pages = 0;
      for (let cursor: string | undefined; ; pages++) {
        const query = parseQuery(type, { user_id: 'test_user_001', cursor });
        const page = await reader.read(query);
        expect(JSON.stringify(page).length).toBeLessThan(3_000_000);
        seen.push(...page.items.map((item) => item.created_at));
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
      expect(seen).toEqual(created.toReversed());
      expect(pages).toBeGreaterThan(1);
    }
  });

  it('bounds what a rare match costs: a page can be empty, and its cursor leads on to every match', async () => {
    const client = testClient();
    // As if 25 rows were a megabyte, which DynamoDB Local does not count of rows that it filters out.
    client.middlewareStack.add(
      (next) => (args) =>
        next('Limit' in args.input ? { ...args, input: { ...args.input, Limit: 25 } } : args),
      { step: 'initialize', priority: 'high' },
    );
    const { reader, add } = await fixture(false, client);
    const rare = aRow({ created_at: 1, platform: 'WEBPUSH', status: 'FAILED' });
    const many = Array.from({ length: 1_000 }, (_, i) => aRow({ created_at: i + 2, status: 'FAILED' }));
    await add([rare, ...many]);
    for (const [type, input] of [
      ['user', { user_id: 'test_user_001', platform: 'WEBPUSH' }],
      ['fail', { platform: 'WEBPUSH' }],
    ] as const) {
      const found: number[] = [];
      let pages = 0;
      for (let cursor: string | undefined; ; pages++) {
        const page = await reader.read(parseQuery(type, { ...input, cursor }));
        found.push(...page.items.map((item) => item.created_at));
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
      expect(found).toEqual([1]);
      expect(pages).toBeGreaterThan(0);
    }
  });
});
