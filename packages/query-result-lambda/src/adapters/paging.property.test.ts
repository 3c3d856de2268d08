import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { expect, test } from 'vitest';
import { provePaging } from '../../proof/prove-paging.ts';

test('whatever lies in the table, the pages of a query are the rows that match, each once and in order', async () => {
  const dynamodb = testClient();
  let cases = 0;
  await provePaging({
    dynamodb,
    createTable: () => createTestTable('notification-records', dynamodb),
    runs: 2_000,
    seed: 20_261_124,
    onRun: () => cases++,
  });
  expect(cases).toBe(2_000);
}, 120_000);
