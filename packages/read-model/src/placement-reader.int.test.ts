import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { beforeEach, expect, it, vi } from 'vitest';
import { PlacementReader } from './placement-reader.ts';

const dynamodb = testClient();
let table: string;
let now: number;
let reader: PlacementReader;

beforeEach(async () => {
  table = await createTestTable('read-models', dynamodb);
  now = 1_000_000;
  reader = new PlacementReader(dynamodb, { table, readModel: 'rows', clock: () => now });
});

const place = (active: string) =>
  dynamodb.send(
    new PutItemCommand({ TableName: table, Item: { read_model: { S: 'rows' }, active: { S: active } } }),
  );

it('is the table of the read model’s own name while nothing else is said', async () => {
  expect(await reader.placement()).toEqual({ active: 'rows' });
});

it('asks once a second at most, and never lets the work wait for it', async () => {
  await reader.placement();
  const send = vi.spyOn(dynamodb, 'send');
  await place('rows-2');
  now += 999;
  expect(await reader.placement()).toEqual({ active: 'rows' });
  expect(send).toHaveBeenCalledTimes(1);
  now += 1;
  expect(await Promise.all([reader.placement(), reader.placement()])).toEqual([
    { active: 'rows' },
    { active: 'rows' },
  ]);
  expect(send).toHaveBeenCalledTimes(2);
  await expect.poll(() => reader.placement()).toEqual({ active: 'rows-2' });
  send.mockRestore();
});

it('does not use what is older than five seconds', async () => {
  await reader.placement();
  await place('rows-2');
  now += 5_000;
  expect(await reader.placement()).toEqual({ active: 'rows-2' });
});

it('goes on for a while when it cannot ask, and then fails', async () => {
  await reader.placement();
  const send = vi.spyOn(dynamodb, 'send').mockImplementation(() => Promise.reject(new Error('unreachable')));
  now += 4_999;
  expect(await reader.placement()).toEqual({ active: 'rows' });
  now += 1;
  await expect(reader.placement()).rejects.toThrow('unreachable');
  send.mockRestore();
});

it('does not wait for an answer from before a freeze', async () => {
  await reader.placement();
  now += 1_000;
  const send = vi.spyOn(dynamodb, 'send').mockImplementationOnce(() => new Promise(() => {}));
  await reader.placement();
  await place('rows-2');
  now += 60_000;
  expect(await reader.placement()).toEqual({ active: 'rows-2' });
  send.mockRestore();
});
