import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createNotifyClient } from '@notify/client';
import { LOCAL_AWS, loadTables, type Table, toCreateTable, toItem } from '@notify/dynamodb';
import { unspreadReadTable } from '@notify/dynamodb-local/testing';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import { keyItem } from '@notify/read-model';
import type { Notification } from '@notify/shared-domain';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeAll, expect, it } from 'vitest';
import { notifyJson } from '../testing/run-notify.ts';

const TABLE = 'notification-records';

let stack: EmbeddedStack;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, log: () => {} });
  dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
  return async () => {
    dynamodb.destroy();
    await stack.stop();
  };
});

const notify = (args: string) => notifyJson(args, stack.awsUrl);

const create = (shape: Table): Promise<unknown> =>
  dynamodb.send(new CreateTableCommand(toCreateTable(TABLE, shape)));

const idOf = (number: number): string => `tx_${String(number).padStart(4, '0')}`;

const put = (number: number): Promise<unknown> => {
  const command = aCommand({
    transaction_id: idOf(number),
    created_at: 1_704_067_200_000 + number,
    marketing_id: 'spring',
  });
  return dynamodb.send(new PutItemCommand({ TableName: 'command-records', Item: toItem(command) }));
};

const idsOf = (items: readonly Notification[]): string[] => items.map(({ transaction_id }) => transaction_id);

/** All that were written, the newest first. */
const idsBelow = (end: number): string[] =>
  Array.from({ length: end }, (_, number) => idOf(end - 1 - number));

it('follows the runbook from an index of whole campaigns to one of their buckets, while writers and readers go on', async () => {
  await dynamodb.send(new DeleteTableCommand({ TableName: TABLE }));
  await create(unspreadReadTable());
  const old = 120;
  for (let number = 0; number < old; number++) await put(number);
  await stack.idle();
  // As the projection wrote them before it knew of buckets.
  for (let number = 0; number < old; number++)
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: keyItem({ transaction_id: idOf(number), created_at: String(1_704_067_200_000 + number) }),
        UpdateExpression: 'REMOVE marketing_bucket',
        ConditionExpression: 'marketing_id = :campaign',
        ExpressionAttributeValues: { ':campaign': { S: 'spring' } },
      }),
    );

  const campaign = { query_type: 'marketing', marketing_id: 'spring' } as const;
  const client = createNotifyClient({ baseUrl: stack.apiUrl });
  const first = await client.read({ ...campaign, limit: 50 });
  expect(idsOf(first.items)).toEqual(idsBelow(old).slice(0, 50));
  const before = await notify('check');
  expect(before).toMatchObject({ exitCode: 1, result: { commands: old } });
  expect(before.result.differences).toHaveLength(old);

  let written = old;
  let isRebuilt = false;
  const writing = (async () => {
    while (!isRebuilt) {
      await put(written);
      written += 1;
    }
  })();
  const rebuilt = await notify('rebuild --lead 8').finally(() => {
    isRebuilt = true;
  });
  await writing;
  expect(rebuilt).toMatchObject({
    exitCode: 0,
    result: { phase: 'switched', active: `${TABLE}-2`, standby: TABLE, check: { differences: [] } },
  });
  expect(written).toBeGreaterThan(old);

  await stack.idle();
  expect(await notify('check')).toMatchObject({
    exitCode: 0,
    result: { commands: written, rows: written, differences: [] },
  });
  // The new index alone can answer now.
  expect(await notify('rebuild --finish')).toMatchObject({ exitCode: 0, result: { active: `${TABLE}-2` } });
  const asked = await notify('query marketing --marketing-id spring');
  expect(idsOf(asked.result.items)).toEqual(idsBelow(written));
  // A cursor of the old index goes on in the new one, where it was.
  const rest = [];
  for await (const { items } of client.pages({ ...campaign, limit: 50, cursor: first.nextCursor }))
    rest.push(...items);
  expect(idsOf(rest)).toEqual(idsBelow(old).slice(50));

  // As the apply of the whole makes it.
  await create(loadTables()[TABLE] as Table);
  expect(await notify('rebuild --status')).toMatchObject({ result: { active: `${TABLE}-2` } });
  expect(await notify('check')).toMatchObject({ exitCode: 0, result: { differences: [] } });
}, 180_000);
