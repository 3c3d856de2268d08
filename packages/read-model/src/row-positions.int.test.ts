import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import type { BatchReport, RowKey } from '@notify/stream-projection';
import { expect, it } from 'vitest';
import { createRowPositions, readLatestKeys } from './row-positions.ts';

const key = (id: string, time: number): RowKey => [{ S: id }, { N: String(time) }];
const report = { records: 1, lastSequenceNumber: '1', lastWrittenAt: 1, lagMs: 1 } as BatchReport;

it('the newest keys that all instances have written, the newest first', async () => {
  const dynamodb = testClient();
  const table = await createTestTable('projection-positions');
  expect(await readLatestKeys(dynamodb, table)).toEqual([]);
  for (let instance = 0; instance < 4; instance++) {
    const written = Array.from({ length: 30 }, (_, i) => key(`t${instance}`, 10 * i + instance));
    await createRowPositions(dynamodb, table).leave(report, [...written, key('same', 1_000)], {
      remainingTimeMs: () => 60_000,
    });
  }
  const latest = await readLatestKeys(dynamodb, table);
  expect(latest).toHaveLength(50);
  expect(
    latest.slice(0, 6).map(({ transaction_id, created_at }) => `${transaction_id} ${created_at}`),
  ).toEqual(['same 1000', 't3 293', 't2 292', 't1 291', 't0 290', 't3 283']);
});
