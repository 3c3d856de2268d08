import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { createUserCommands, eraseUser, toSequence } from '@notify/users';
import { changeBalance, createUser, userTables } from '@notify/users/testing';
import { expect, it } from 'vitest';
import { checkUsers, rebuildUsers } from './check-users.ts';

it('empty tables are rebuilt from the events, a check finds what differs, and a rebuild mends it', async () => {
  const dynamodb = testClient();
  const names = await userTables(createTestTable);
  const commands = createUserCommands(dynamodb, names);
  for (let i = 0; i < 120; i++) {
    await commands.execute(createUser({ name: `Name ${i}` }, `user-${i}`));
    await commands.execute(changeBalance(i, `user-${i}`));
  }
  await eraseUser(dynamodb, names, 'user-5');

  const before = await checkUsers(dynamodb, names);
  expect(before.users).toBe(120);
  expect(before.differences).toHaveLength(240);
  expect(before.differences[0]).toMatchObject({ defect: 'behind' });

  let done = 0;
  expect(
    await rebuildUsers(dynamodb, names, (users) => {
      done = users;
    }),
  ).toEqual({ users: 120, mended: 0 });
  expect(done).toBe(120);
  expect(await checkUsers(dynamodb, names)).toEqual({ users: 120, differences: [] });

  const Item = {
    UserID: { S: 'user-7' },
    Name: { S: 'Name 7' },
    Email: { S: 'alice@example.com' },
    Balance: { N: '8' },
  };
  const version = { S: toSequence(2) };
  await dynamodb.send(new PutItemCommand({ TableName: names.USER_DETAIL_TABLE, Item: { ...Item, version } }));
  expect((await checkUsers(dynamodb, names)).differences).toEqual([
    { userId: 'user-7', view: 'detail', defect: 'wrong' },
  ]);
  expect(await rebuildUsers(dynamodb, names)).toEqual({ users: 120, mended: 1 });
  expect((await checkUsers(dynamodb, names)).differences).toEqual([]);
});
