import { isDeepStrictEqual } from 'node:util';
import type { Stage } from '../stage.ts';
import { UsersApi } from '../users-api.ts';

const USERS = 5;
const CHANGES = 10;

/**
 * Users through their three routes: creates some, changes their balances with every command sent twice under one
 * Idempotency-Key, and compares list and details with what was accepted.
 *
 * @returns how many answers were compared, and what was wrong with them, a sentence each
 */
export const checkUsers = async (stage: Stage): Promise<{ asked: number; failures: string[] }> => {
  const api = new UsersApi(stage);
  const failures: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(actual, expected))
      failures.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  };
  const accepted = async (...command: Parameters<UsersApi['command']>): Promise<{ sequence: string }> => {
    const { status, body } = await api.command(...command);
    if (status !== 200) throw new Error(`POST /command answers ${status} ${JSON.stringify(body)}`);
    return body as { sequence: string };
  };
  const ids = Array.from({ length: USERS }, (_, i) => `verify-user-${i}`);
  for (const [i, id] of ids.entries()) {
    const { name, email } = nameAndEmail(i);
    let { sequence } = await accepted(id, 'USER_CREATED', { name, email }, `create-${id}`);
    for (let change = 1; change <= CHANGES; change++) {
      const send = () => accepted(id, 'USER_BALANCE', { delta: change - i }, `change-${id}-${change}`);
      const first = await send();
      expect(`repeated command on ${id}`, await send(), first);
      ({ sequence } = first);
    }
    const { status, body } = await api.detailAtLeast(id, sequence);
    const Balance = (CHANGES * (CHANGES + 1)) / 2 - i * CHANGES;
    const detail = { UserID: id, Name: name, Email: email, Balance };
    expect(`detail of ${id}`, { status, body }, { status: 200, body: detail });
  }
  const listed = (await api.list())
    .filter(({ UserID }) => ids.includes(UserID))
    .sort((a, b) => (a.UserID < b.UserID ? -1 : 1));
  expect(
    'list',
    listed,
    ids.map((UserID, i) => ({ UserID, Name: nameAndEmail(i).name })),
  );
  return { asked: USERS * (CHANGES + 1) + 1, failures };
};

const nameAndEmail = (i: number) => ({ name: `User ${i}`, email: `user${i}@example.com` });
