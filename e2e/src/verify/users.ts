import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedStack } from '@notify/embedded';

const USERS = 5;
const CHANGES = 10;

/**
 * Users through their three routes: creates some, changes their balances with every command sent twice under one
 * Idempotency-Key, and compares list and details with what was accepted.
 *
 * @returns how many answers were compared, and what was wrong with them, a sentence each
 */
export const verifyUsers = async (stack: EmbeddedStack): Promise<{ asked: number; failures: string[] }> => {
  const api = `${stack.awsUrl}/restapis/users/dev`;
  const failures: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown) => {
    const [given, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (given !== wanted) failures.push(`${what}: ${given} instead of ${wanted}`);
  };
  const ids = Array.from({ length: USERS }, (_, i) => `verify-user-${i}`);
  for (const [i, id] of ids.entries()) {
    let { sequence } = await command(api, id, 'USER_CREATED', nameAndEmail(i), `create-${id}`);
    for (let change = 1; change <= CHANGES; change++) {
      const send = () => command(api, id, 'USER_BALANCE', { delta: change - i }, `change-${id}-${change}`);
      const first = await send();
      expect(`repeated command on ${id}`, await send(), first);
      ({ sequence } = first);
    }
    const detail = await settled(`${api}/detail?user_id=${id}&at_least=${sequence}`);
    const Balance = (CHANGES * (CHANGES + 1)) / 2 - i * CHANGES;
    expect(`detail of ${id}`, detail, {
      UserID: id,
      Name: nameAndEmail(i).name,
      Email: nameAndEmail(i).email,
      Balance,
    });
  }
  const { users } = (await settled(`${api}/list?limit=1000`)) as { users: { UserID: string }[] };
  const listed = users
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

const command = async (api: string, user_id: string, event_type: string, payload: object, key: string) => {
  const response = await fetch(`${api}/command`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify({ user_id, event_type, payload }),
  });
  const body = (await response.json()) as { sequence: string };
  if (response.status !== 200)
    throw new Error(`POST /command answers ${response.status} ${JSON.stringify(body)}`);
  return body;
};

/** The 200 answer; a read model that is behind says when to come again. */
const settled = async (url: string): Promise<unknown> => {
  for (let tried = 1; ; tried++) {
    const response = await fetch(url);
    const body = await response.json();
    if (response.status === 200) return body;
    if (response.status !== 503 || tried === 10)
      throw new Error(`${response.status} ${JSON.stringify(body)}`);
    await delay(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  }
};
