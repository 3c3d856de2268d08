import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { batchExecute } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { expect, it } from 'vitest';

it('writes every type of value as it is', async () => {
  const dynamodb = testClient();
  const table = await createTestTable('projection-quarantine', dynamodb);
  const value = {
    M: {
      s: { S: 'grüße "🦆" \u0001' },
      n: { N: '-1.5' },
      b: { B: 'AQI=' },
      flag: { BOOL: true },
      nothing: { NULL: true },
      ss: { SS: ['a'] },
      l: { L: [{ S: '' }] },
    },
  };
  const Statement = `INSERT INTO "${table}" VALUE {'table_key':?,'version':?,'value':?}`;
  const answer = await dynamodb.send(
    batchExecute([{ Statement, Parameters: [{ S: 'k' }, { S: 'v' }, value] }]),
  );
  expect(answer.Responses).toEqual([{ TableName: table }]);
  const Key = { table_key: { S: 'k' }, version: { S: 'v' } };
  const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key }));
  expect(item?.value).toEqual({ M: { ...value.M, b: { B: new Uint8Array([1, 2]) } } });
});

it('can be sent again by the same command', async () => {
  const dynamodb = testClient();
  const table = await createTestTable('projection-quarantine', dynamodb);
  const Statement = `INSERT INTO "${table}" VALUE {'table_key':?,'version':?}`;
  const command = batchExecute([{ Statement, Parameters: [{ S: 'k' }, { S: 'v' }] }]);
  expect((await dynamodb.send(command)).Responses).toMatchObject([{ TableName: table }]);
  expect((await dynamodb.send(command)).Responses).toMatchObject([{ Error: { Code: 'DuplicateItem' } }]);
});
