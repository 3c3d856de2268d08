import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import type { BatchReport } from '@notify/stream-projection';
import { aStreamEvent } from '@notify/stream-projection/testing';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createUserCommands, eraseUser } from '../commands/user-command-service.ts';
import type { UserCommands } from '../commands/user-commands.ts';
import { toSequence } from '../domain/sequence.ts';
import { countItems, storedItems } from '../testing/command-fixture.ts';
import { eventRecord, storedRows, touchRecord, type UserNames, userTables } from '../testing/user-fixture.ts';
import { changeBalance, createUser, updateUser } from '../testing/users.ts';
import { userProjection } from './user-projection-service.ts';

const dynamodb = testClient();
let names: UserNames;
let commands: UserCommands;
let user: string;
let users = 0;
let report: BatchReport;

beforeAll(async () => {
  names = await userTables(createTestTable);
  commands = createUserCommands(dynamodb, names);
});
beforeEach(() => {
  user = `user-${users++}`;
});

const invocation = { remainingTimeMs: () => 30_000 };
const metrics = {
  record: (batch: BatchReport) => {
    report = batch;
  },
};
const deliver = (...records: DynamoDBRecord[]) =>
  userProjection(dynamodb, names, { metrics })(aStreamEvent(...records), invocation);

/** A user of four events: created, +5, renamed, +2. */
const aHistory = async (): Promise<DynamoDBRecord[]> => {
  await commands.execute(createUser({}, user));
  await commands.execute(changeBalance(5, user));
  await commands.execute(updateUser({ name: 'Bob' }, user));
  await commands.execute(changeBalance(2, user));
  const items = await storedItems(dynamodb, names.EVENTS_TABLE, user);
  return items.map((item, place) => eventRecord(item, place + 1));
};
const rows = async () => (await storedRows(dynamodb, names, [user]))[user];
const whole = {
  detail: { version: 4, fields: { Name: 'Bob', Email: 'alice@example.com', Balance: 7 } },
  summary: { version: 4, fields: { Name: 'Bob' } },
};
const nobody = { detail: { version: 0 }, summary: { version: 0 } };

describe('the events of a user', () => {
  it('become a row in both tables', async () => {
    expect(await deliver(...(await aHistory()))).toEqual({ batchItemFailures: [] });
    expect(await rows()).toEqual(whole);
    expect(report).toMatchObject({ records: 4, projected: 4, stale: 0, failed: 0 });
  });

  // #region delivery
  it('count once, in any order and however often they come', async () => {
    const [created, first, renamed, second] = (await aHistory()) as [
      DynamoDBRecord,
      DynamoDBRecord,
      DynamoDBRecord,
      DynamoDBRecord,
    ];
    await deliver(second, first, first);
    await deliver(first, created);
    await deliver(renamed, second, renamed);
    expect(await rows()).toEqual(whole);
  });

  it('that were never delivered are read from the event store', async () => {
    const history = await aHistory();
    await deliver(history[3] as DynamoDBRecord);
    expect(await rows()).toEqual(whole);
  });
  // #endregion delivery

  it('are told apart by what became of them', async () => {
    const history = await aHistory();
    await deliver(...history.slice(0, 2));
    await deliver(...history.slice(1), history[2] as DynamoDBRecord);
    expect(report).toMatchObject({ records: 4, stale: 1, projected: 2, superseded: 1, failed: 0 });
  });

  it('mend what another delivery has left half done', async () => {
    const history = await aHistory();
    await deliver(...history);
    await dynamodb.send(
      new PutItemCommand({
        TableName: names.USER_SUMMARY_TABLE,
        Item: { UserID: { S: user }, Name: { S: 'Alice' }, version: { S: toSequence(2) } },
      }),
    );
    await deliver(history[3] as DynamoDBRecord);
    expect(await rows()).toEqual(whole);
  });

  it('are all looked at again when one is touched', async () => {
    await aHistory();
    await deliver(touchRecord(user, 1, 1));
    expect(await rows()).toEqual(whole);
  });

  it('begin a row anew that this system did not write', async () => {
    const history = await aHistory();
    const Item = { UserID: { S: user }, Name: { S: 'X' }, Balance: { N: '99' } };
    await dynamodb.send(new PutItemCommand({ TableName: names.USER_DETAIL_TABLE, Item }));
    await deliver(...history);
    expect(await rows()).toEqual(whole);
  });
});

it('an erased user loses name and email, and keeps the balance', async () => {
  await aHistory();
  await eraseUser(dynamodb, names, user);
  const items = await storedItems(dynamodb, names.EVENTS_TABLE, user);
  await deliver(...items.map((item, place) => eventRecord(item, place + 1)));
  expect(await rows()).toEqual({
    detail: { version: 5, fields: { Name: null, Email: null, Balance: 7 } },
    summary: { version: 5, fields: { Name: null } },
  });
});

it('events of the first documents, with plain text and no schema version, still count', async () => {
  const Item: Item = {
    AggregateID: { S: user },
    Sequence: { S: toSequence(1) },
    EventType: { S: 'USER_CREATED' },
    Payload: { M: { name: { S: 'Old' }, email: { S: 'old@example.com' } } },
    Timestamp: { S: '2024-01-01T00:00:00Z' },
  };
  await deliver(eventRecord(Item, 1));
  expect(await rows()).toMatchObject({ detail: { version: 1, fields: { Name: 'Old', Balance: 0 } } });
});

describe('what cannot be read', () => {
  const setType = async (version: number, type: string) => {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: names.EVENTS_TABLE,
        Key: { AggregateID: { S: user }, Sequence: { S: toSequence(version) } },
        UpdateExpression: 'SET EventType = :type',
        ExpressionAttributeValues: { ':type': { S: type } },
      }),
    );
    const items = await storedItems(dynamodb, names.EVENTS_TABLE, user);
    return items.map((item, place) => eventRecord(item, place + 1)) as [
      DynamoDBRecord,
      DynamoDBRecord,
      DynamoDBRecord,
      DynamoDBRecord,
    ];
  };

  it('goes to quarantine once, and the rows stay before it until it can be read', async () => {
    await aHistory();
    const before = await countItems(dynamodb, names.QUARANTINE_TABLE);
    const [created, strange, renamed, second] = await setType(2, 'USER_STRANGE');
    expect(await deliver(created, strange, renamed)).toEqual({ batchItemFailures: [] });
    expect(report).toMatchObject({
      projected: 1,
      quarantined: 1,
      requarantined: 1,
      causes: { 'EVENT.UNREADABLE': 1 },
    });
    await deliver(second);
    await deliver(strange, second);
    expect(await rows()).toMatchObject({ detail: { version: 1 }, summary: { version: 1 } });
    expect(await countItems(dynamodb, names.QUARANTINE_TABLE)).toBe(before + 1);

    await setType(2, 'USER_BALANCE');
    await deliver(touchRecord(user, 2, 9));
    expect(await rows()).toEqual(whole);
  });

  it('without the key of an event goes to quarantine and holds nobody up', async () => {
    const history = await aHistory();
    const Item = { AggregateID: { S: user }, Sequence: { S: '550e8400-e29b-41d4-a716-446655440000' } };
    await deliver(eventRecord(Item, 1), ...history);
    expect(report).toMatchObject({
      records: 5,
      projected: 4,
      quarantined: 1,
      causes: { 'RECORD.INVALID': 1 },
    });
    expect(await rows()).toEqual(whole);
  });

  it('does not hold up other users', async () => {
    await aHistory();
    const [, strange] = await setType(2, 'USER_STRANGE');
    const held = user;
    user = `${held}-other`;
    await deliver(strange, ...(await aHistory()));
    expect(await rows()).toEqual(whole);
  });
});

describe('a failure that may pass', () => {
  const failing = (fails: (command: string, input: object) => boolean) => {
    const client = testClient({ maxAttempts: 1 });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (fails(context.commandName ?? '', args.input))
          throw Object.assign(new Error(), { name: 'InternalServerError' });
        return next(args);
      },
      { step: 'initialize' },
    );
    return userProjection(client, names, { metrics });
  };

  it('of one user lets only that one come again', async () => {
    const history = await aHistory();
    const broken = user;
    user = `${broken}-other`;
    const other = (await aHistory()).map((record, i) =>
      eventRecord(record.dynamodb?.NewImage as Item, 10 + i),
    );
    const project = failing(
      (command, input) => command === 'QueryCommand' && JSON.stringify(input).includes(`"${broken}"`),
    );
    const gap = [history[1], history[3]] as DynamoDBRecord[];
    expect(await project(aStreamEvent(...other.slice(0, 2), ...gap, ...other.slice(2)), invocation)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(report).toMatchObject({ projected: 4, failed: 2, causes: { InternalServerError: 2 } });
    expect(await rows()).toEqual(whole);
    user = broken;
    expect(await rows()).toMatchObject(nobody);
    await deliver(...gap);
    expect(await rows()).toEqual(whole);
  });

  it.each(['BatchGetItemCommand', 'BatchExecuteStatementCommand'])(
    'of %s lets the batch come again',
    async (failed) => {
      const history = await aHistory();
      const project = failing((command) => command === failed);
      const soon = { remainingTimeMs: () => 1_200 };
      expect(await project(aStreamEvent(...history), soon)).toEqual({
        batchItemFailures: [{ itemIdentifier: '1' }],
      });
      expect(await rows()).toMatchObject(nobody);
      await deliver(...history);
      expect(await rows()).toEqual(whole);
    },
  );
});
