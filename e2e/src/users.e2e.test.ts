import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { get, type HttpAnswer, post, target } from './stage.ts';

const users = target.apis['users'] ?? '';
/** The sample's user, under an id of its own: a stage may outlive many runs. */
const alice = `user-001-${randomUUID()}`;

const command = (event_type: string, payload: object, user_id = alice) =>
  post(`${users}/command`, { user_id, event_type, payload });
const detail = (query: object = {}) => get(`${users}/detail`, { user_id: alice, ...query });

/** Waits as a client does that is told to come again. */
const atLeast = async (sequence: string): Promise<HttpAnswer> => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await detail({ at_least: sequence });
    if (answer.status !== 503 || Date.now() > deadline) return answer;
  }
};

const everyone = async (): Promise<unknown[]> => {
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await get(`${users}/list`, { limit: 1000, ...(cursor && { cursor }) });
    const page = body as { users: unknown[]; next_cursor?: string };
    found.push(...page.users);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
};

describe('the users of the first documents', () => {
  it('answer its three calls as it says', async () => {
    const created = await command('USER_CREATED', { name: 'Alice', email: 'alice@example.com' });
    expect(created).toMatchObject({
      status: 200,
      body: { message: 'Event stored', aggregate_id: alice, event_type: 'USER_CREATED' },
    });
    const { sequence } = created.body as { sequence: string };
    expect(await atLeast(sequence)).toMatchObject({
      status: 200,
      body: { UserID: alice, Name: 'Alice', Email: 'alice@example.com', Balance: 0 },
    });
    expect(await everyone()).toContainEqual({ UserID: alice, Name: 'Alice' });
  });

  it('count every change of the balance once', async () => {
    const deltas = [5, -2, 40, 7];
    const answers = await Promise.all(deltas.map((delta) => command('USER_BALANCE', { delta })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const last =
      answers
        .map(({ body }) => (body as { sequence: string }).sequence)
        .sort()
        .at(-1) ?? '';
    expect((await atLeast(last)).body).toMatchObject({ Balance: 50 });
  });

  it.each([
    ['USER_CREATED', { name: 'Alice', email: 'alice@example.com' }, 409, 'USER.ALREADY_EXISTS'],
    ['USER_CREATED', { name: 'Alice', email: 'alice' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['USER_BALANCE', { delta: 1.5 }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['USER_UPDATED', {}, 400, 'REQUEST.PARAMETER_MISSING'],
  ])('refuse %s %j with %i %s', async (event_type, payload, status, code) => {
    expect(await command(event_type, payload)).toMatchObject({ status, body: { code } });
  });

  it('refuse what is asked of nobody', async () => {
    expect(await command('USER_BALANCE', { delta: 1 }, `nobody-${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'USER.NOT_FOUND' },
    });
    expect(await detail({ user_id: `nobody-${randomUUID()}` })).toMatchObject({ status: 404 });
  });
});
