import { readFileSync } from 'node:fs';
import type { CommandRecord } from '@notify/shared-domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ASKED_ROUTES, DOORS, type Door } from './doors.ts';
import { History, sorted } from './history.ts';
import { get, notifications } from './stage.ts';
import { repositoryFile } from './target.ts';

const history = new History();
const { id } = history;
const start = Date.now() - 60_000;
const commands: CommandRecord[] = [
  history.command({ created_at: start, status: 'SENT' }),
  history.command({
    created_at: start + 1_000,
    status: 'DELIVERED',
    platform: 'ANDROID',
    delivered_ts: start + 1_500,
  }),
  history.command({
    created_at: start + 2_000,
    status: 'FAILED',
    error_msg: 'Unregistered',
    failed_ts: start + 2_500,
  }),
  history.command({ created_at: start + 3_000, status: 'FAILED', platform: 'WEBPUSH', error_msg: 'Expired' }),
  { ...minimal(), created_at: start + 4_000 },
];

/** What a writer has to give, and nothing else. */
function minimal(): CommandRecord {
  return {
    transaction_id: `${id}-tx`,
    created_at: start,
    user_id: `${id}-user`,
    notification_title: 'The least',
    status: 'SENT',
    platform: 'ANDROID',
  };
}

/** The query of this history for each type. */
const queryOf = ({ query_type }: Door): Record<string, unknown> =>
  ({
    user: { user_id: `${id}-user` },
    marketing: { marketing_id: `${id}-campaign` },
    failures: { transaction_id: `${id}-tx` },
    fail: { transaction_id: `${id}-tx` },
    transaction: { transaction_id: `${id}-tx` },
  })[query_type];

beforeAll(async () => {
  await history.putTogether(commands);
  for (const door of DOORS.slice(0, 1)) await history.visible(door, queryOf(door));
});
afterAll(() => history.cleanUp());

it('every route of the API is asked', () => {
  const document = readFileSync(repositoryFile('terraform/api/notifications.openapi.yaml'), 'utf8');
  const { paths } = parse(document, { maxAliasCount: -1 });
  const routes = Object.entries<object>(paths).flatMap(([path, item]) =>
    ['get', 'post', 'put', 'patch', 'delete']
      .filter((method) => method in item)
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...ASKED_ROUTES].sort()).toEqual(routes.sort());
});

describe.each(DOORS)('$name', (door) => {
  it('answers with what was written, as its generation does', async () => {
    await history.visible(door, queryOf(door));
  });

  it('filters and orders', async () => {
    const filters = [
      { platform: 'WEBPUSH' },
      { order: 'asc', limit: 1 },
      { from: start + 1_000, to: start + 3_000 },
      ...(['fail', 'failures'].includes(door.query_type) ? [] : [{ status: 'DELIVERED' }]),
    ];
    for (const filter of filters) {
      const query = { ...queryOf(door), ...filter };
      const { status, body } = await door.ask(query);
      expect({ filter, status, body: sorted(body) }).toEqual({
        filter,
        status: 200,
        body: await history.expected(door, query),
      });
    }
  });

  it('gives all of it in pages, newest first, each row once', async () => {
    const times: unknown[] = [];
    let cursor: unknown;
    for (let pages = 0; pages < 10 && (pages === 0 || cursor !== undefined); pages++) {
      const query = { ...queryOf(door), limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const { status, body } = await door.ask(query);
      expect(status).toBe(200);
      const page = body as { items?: CommandRecord[]; data?: CommandRecord[]; next_cursor?: string };
      times.push(...(page.items ?? page.data ?? []).map((row) => row.created_at));
      cursor = page.next_cursor;
    }
    const all = (await history.expected(door, queryOf(door))) as Record<'items' | 'data', CommandRecord[]>;
    expect(times).toEqual((all.items ?? all.data).map((row) => row.created_at).sort((a, b) => b - a));
  });
});

it('all failures, of whatever transaction, are among the answers to a query without one', async () => {
  const query = { from: start, to: start + 5_000, limit: 1000 };
  for (const door of DOORS.filter(({ query_type }) => query_type === 'fail')) {
    const { status, body } = await door.ask(query);
    expect(status).toBe(200);
    const mine = (body as { data: CommandRecord[] }).data.filter(({ user_id }) => user_id === `${id}-user`);
    expect(mine.map(({ created_at }) => created_at)).toEqual([start + 3_000, start + 2_000]);
  }
});

it('ids that nobody has are no error', async () => {
  for (const door of DOORS) {
    const nobody = Object.fromEntries(Object.keys(queryOf(door)).map((name) => [name, `${id}-nobody`]));
    expect(await door.ask(nobody)).toMatchObject({ status: 200, body: { success: true } });
  }
});

it('the service is alive, and reaches what it depends on', async () => {
  const healthy = { status: 200, body: { status: 'ok', service: 'query-service' } };
  expect(await get(`${notifications}/health`)).toMatchObject(healthy);
  expect(await get(`${notifications}/health/ready`)).toMatchObject(healthy);
});
