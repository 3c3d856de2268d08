import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { loadTables } from '@notify/dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { createTables } from './index.ts';
import { createTestTable, testClient } from './testing.ts';

const client = testClient();

test('every table of tables.json is created as it is described', async () => {
  for (const [name, table] of Object.entries(loadTables())) {
    const TableName = await createTestTable(name, client);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual([
      table.partition_key.name,
      ...(table.sort_key ? [table.sort_key.name] : []),
    ]);
    expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort() ?? []).toEqual(
      table.indexes.map((index) => index.name).sort(),
    );
    expect(Table?.StreamSpecification?.StreamViewType ?? null).toBe(table.stream);
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription?.AttributeName ?? null).toBe(table.ttl_attribute);
  }
});

test('creating twice changes nothing; a table of another shape is refused', async () => {
  const tables = loadTables();
  const rename = (name: string) => `twice-${name}`;
  await createTables(client, tables, { rename });
  await createTables(client, tables, { rename });

  const changed = structuredClone(tables);
  for (const table of Object.values(changed)) table.indexes.pop();
  await expect(createTables(client, changed, { rename })).rejects.toMatchObject({ code: 'TABLE.CHANGED' });
});

test('a tables file that is none is refused with the place of the fault', () => {
  const file = join(tmpdir(), `tables-${process.pid}.json`);
  onTestFinished(() => rmSync(file));
  writeFileSync(file, JSON.stringify({ broken: { partition_key: { name: 'id', type: 'X' } } }));
  expect(() => loadTables(file)).toThrow(/CONFIG\.INVALID.*partition_key/s);
});
