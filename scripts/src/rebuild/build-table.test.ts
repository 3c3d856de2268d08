import { ContinuousBackupsUnavailableException } from '@aws-sdk/client-dynamodb';
import { loadTables, type Table, toCreateTable } from '@notify/dynamodb';
import { expect, it } from 'vitest';
import { onceBackupsAreThere, warmed } from './build-table.ts';

const input = toCreateTable('rows', loadTables()['notification-records'] as Table);

it('asks a new table for what the rate needs, for its indexes too, and for nothing that it has anyway', () => {
  expect(warmed(input, 1_000)).toEqual(input);
  const { WarmThroughput, GlobalSecondaryIndexes = [] } = warmed(input, 5_000);
  expect(WarmThroughput).toEqual({ WriteUnitsPerSecond: 10_000 });
  expect(GlobalSecondaryIndexes.map((index) => index.WarmThroughput?.WriteUnitsPerSecond)).toEqual(
    GlobalSecondaryIndexes.map(() => 10_000),
  );
});

it('waits for the backups of a table that is too new to have any', async () => {
  let asked = 0;
  await onceBackupsAreThere(async () => {
    asked += 1;
    if (asked < 3) throw new ContinuousBackupsUnavailableException({ message: 'not yet', $metadata: {} });
  }, 1);
  expect(asked).toBe(3);
  const denied = onceBackupsAreThere(async () => {
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  }, 1);
  await expect(denied).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
