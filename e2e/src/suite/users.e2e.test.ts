import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UsersApi } from '../users-api.ts';
import { stage } from './stage.ts';

const users = new UsersApi(stage);
/** The sample's user, under an id of its own: a stage may outlive many runs. */
const alice = `user-001-${randomUUID()}`;

describe('the users of the first documents', () => {
  it('answer its three calls as it says', async () => {
    const created = await users.command(alice, 'USER_CREATED', { name: 'Alice', email: 'alice@example.com' });
    expect(created).toMatchObject({
      status: 200,
      body: { message: 'Event stored', aggregate_id: alice, event_type: 'USER_CREATED' },
    });
    const { sequence } = created.body as { sequence: string };
    expect(await users.detailAtLeast(alice, sequence)).toMatchObject({
      status: 200,
      body: { UserID: alice, Name: 'Alice', Email: 'alice@example.com', Balance: 0 },
    });
    expect(await users.list()).toContainEqual({ UserID: alice, Name: 'Alice' });
  });

  it('count every change of the balance once', async () => {
    const deltas = [5, -2, 40, 7];
    const answers = await Promise.all(deltas.map((delta) => users.command(alice, 'USER_BALANCE', { delta })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const last =
      answers
        .map(({ body }) => (body as { sequence: string }).sequence)
        .sort()
        .at(-1) ?? '';
    expect((await users.detailAtLeast(alice, last)).body).toMatchObject({ Balance: 50 });
  });

  it.each([
    ['USER_CREATED', { name: 'Alice', email: 'alice@example.com' }, 409, 'USER.ALREADY_EXISTS'],
    ['USER_CREATED', { name: 'Alice', email: 'alice' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['USER_BALANCE', { delta: 1.5 }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['USER_UPDATED', {}, 400, 'REQUEST.PARAMETER_MISSING'],
  ])('refuse %s %j with %i %s', async (event_type, payload, status, code) => {
    expect(await users.command(alice, event_type, payload)).toMatchObject({ status, body: { code } });
  });

  it('refuse what is asked of nobody', async () => {
    const nobody = `nobody-${randomUUID()}`;
    expect(await users.command(nobody, 'USER_BALANCE', { delta: 1 })).toMatchObject({
      status: 404,
      body: { code: 'USER.NOT_FOUND' },
    });
    expect(await users.detail(nobody)).toMatchObject({ status: 404 });
  });
});
