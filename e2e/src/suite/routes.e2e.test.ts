import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ASKED_ROUTES } from '../doors.ts';
import { rowsOf } from '../model.ts';
import { questionsOf } from '../questions.ts';
import { scenario } from '../scenario.ts';
import { repositoryFile } from '../target.ts';
import { History } from './history.ts';
import { DOORS, http, notifications } from './stage.ts';

const history = new History();
const start = Date.now() - 60_000;
const small = { id: history.id, seed: 20_240_101, start, transactions: 3, users: 2, campaigns: 2 };
const { commands, ...rest } = scenario({ ...small, commands: 60 });

beforeAll(async () => {
  await history.play({ commands, ...rest });
  // Every command has a user, so whoever shows those of all users shows everything.
  const [door] = DOORS.filter(({ query_type }) => query_type === 'user');
  for (const question of questionsOf('user', commands)) if (door) await history.visible(door, question);
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
  const questions = questionsOf(door.query_type, commands);
  const [question] = questions;

  it('answers with what was written, as its generation does', async () => {
    for (const each of questions) expect(await history.model.difference(door, each)).toBeUndefined();
  });

  it('filters and orders', async () => {
    const filters = [
      { platform: 'WEBPUSH' },
      { order: 'asc' },
      { from: start + 1_000, to: start + 9_000 },
      ...(['fail', 'failures'].includes(door.query_type) ? [] : [{ status: 'DELIVERED' }]),
    ];
    for (const filter of filters) {
      const difference = await history.model.difference(door, { ...question, ...filter });
      expect({ filter, difference }).toEqual({ filter, difference: undefined });
    }
  });

  it('gives all of it in pages, newest first, each row once', async () => {
    expect(await history.model.differenceInPages(door, { ...question }, 2)).toBeUndefined();
  });
});

it('all failures, of whatever transaction, are among the answers to a query without one', async () => {
  const query = { from: start, to: start + 60_000, limit: 1000 };
  const failed = (await history.model.notifications('fail', query)).map(({ created_at }) => created_at);
  expect(failed.length).toBeGreaterThan(1);
  for (const door of DOORS.filter(({ query_type }) => query_type === 'fail')) {
    const { status, body } = await door.ask(query);
    expect(status).toBe(200);
    const mine = rowsOf(body).filter(({ user_id }) => String(user_id).startsWith(history.id));
    expect(mine.map(({ created_at }) => created_at).sort()).toEqual(failed.sort());
  }
});

it('ids that nobody has are no error', async () => {
  const nobody = history.command({
    transaction_id: 'e2e-nobody',
    user_id: 'e2e-nobody',
    marketing_id: 'e2e-nobody',
  });
  for (const door of DOORS)
    for (const question of questionsOf(door.query_type, [nobody]))
      expect(await door.ask(question)).toMatchObject({ status: 200, body: { success: true } });
});

it('the service is alive, and reaches what it depends on', async () => {
  const healthy = { status: 200, body: { status: 'healthy', service: 'query-service' } };
  expect(await http.get(`${notifications}/health`)).toMatchObject(healthy);
  expect(await http.get(`${notifications}/health/ready`)).toMatchObject(healthy);
});
