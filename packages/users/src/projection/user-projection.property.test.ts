import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { expect, test } from 'vitest';
import { proveUsers } from '../../proof/prove-users.ts';
import { userTables } from '../testing/user-fixture.ts';

test('8 writers on 20 users, delivered in any way with any faults: the rows are the fold of the events', async () => {
  let runs = 0;
  await proveUsers({
    createClient: (maxAttempts) => testClient({ maxAttempts }),
    names: await userTables(createTestTable),
    runs: 20,
    timeLimitMs: 30_000,
    seed: 20_261_121,
    onRun: () => runs++,
  });
  expect(runs).toBeGreaterThan(3);
});
