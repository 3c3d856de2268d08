import { Backoff } from '@notify/dynamodb';
import { loseMessages } from '@notify/dynamodb-local';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { toAppError } from '@notify/shared-domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toSequence } from '../domain/sequence.ts';
import { DynamoDBKeyStore } from '../keys/dynamodb-key-store.ts';
import { masterKey } from '../keys/master-key.ts';
import { commandTables, storedEvents } from '../testing/command-fixture.ts';
import { changeBalance, createUser, updateUser } from '../testing/users.ts';
import { commandKey } from './command-key.ts';
import { createUserCommands, eraseUser, type UserStoreNames } from './user-command-service.ts';
import type { UserCommands } from './user-commands.ts';

const dynamodb = testClient({ requestHandler: { httpAgent: { maxSockets: 50 } } });
let names: UserStoreNames;
let user: string;
let users = 0;

beforeAll(async () => {
  names = await commandTables(createTestTable);
});
beforeEach(() => {
  user = `user-${users++}`;
});

/** As a function of its own, that has seen nobody yet. */
const aFunction = (options = {}): UserCommands => createUserCommands(dynamodb, names, options);
const events = () => storedEvents(dynamodb, names.EVENTS_TABLE, user);
const balance = async () =>
  (await events()).reduce((sum, { payload }) => sum + Number((payload as { delta?: number }).delta ?? 0), 0);

describe('many commands on one user at once', () => {
  it('200 changes of the balance are stored or cleanly refused, and add up', {
    timeout: 60_000,
  }, async () => {
    await aFunction().execute(createUser({}, user));
    const functions = Array.from({ length: 8 }, () => aFunction());
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        try {
          return await (functions[i % 8] as UserCommands).execute(changeBalance(i + 1, user));
        } catch (error) {
          return toAppError(error).code;
        }
      }),
    );
    const refused = outcomes.filter((outcome) => typeof outcome === 'string');
    expect(new Set([...refused, 'EVENT_STORE.CONFLICT'])).toEqual(new Set(['EVENT_STORE.CONFLICT']));
    const accepted = outcomes.flatMap((outcome, i) => (typeof outcome === 'string' ? [] : [i + 1]));
    expect(await balance()).toBe(accepted.reduce((sum, delta) => sum + delta, 0));
    const stored = await events();
    expect(stored.map(({ version }) => version)).toEqual(stored.map((_, i) => i + 1));
    expect(new Set(outcomes.flatMap((o) => (typeof o === 'string' ? [] : [o.sequence]))).size).toBe(
      accepted.length,
    );
  });

  it('is refused with a code when its turn never comes', async () => {
    const busy = aFunction();
    await busy.execute(createUser({}, user));
    // Someone else is faster each time: between every look at the user and the append behind it.
    const rival = testClient();
    const contended = createUserCommands(rival, names, {
      backoff: new Backoff({ attempts: 2, sleep: async () => {} }),
    });
    rival.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutItemCommand') await busy.execute(changeBalance(1, user));
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(contended.execute(changeBalance(100, user))).rejects.toMatchObject({
      code: 'EVENT_STORE.CONFLICT',
      status: 409,
    });
    expect(await balance()).toBe(3);
  });

  it('never refuses on what a warm function remembers', async () => {
    const [one, other] = [aFunction(), aFunction()];
    await expect(one.execute(changeBalance(1, user))).rejects.toMatchObject({ code: 'USER.NOT_FOUND' });
    await other.execute(createUser({}, user));
    await one.execute(changeBalance(Number.MAX_SAFE_INTEGER, user));
    await other.execute(changeBalance(-1, user));
    await one.execute(changeBalance(1, user));
    await other.execute(changeBalance(-Number.MAX_SAFE_INTEGER, user));
    // `one` remembers a full account.
    await one.execute(changeBalance(1, user));
    expect(await balance()).toBe(1);
  });
});

describe('an answer that gets lost between the store and the function', () => {
  it.each(['PutItemCommand', 'TransactWriteItemsCommand'])('on %s does not store twice', async (lost) => {
    const client = testClient();
    let losses = 0;
    loseMessages(client, (command) => (command === lost && losses++ % 2 === 0 ? 'answer' : undefined));
    const commands = createUserCommands(client, names);
    const key = (delta: number) =>
      lost === 'PutItemCommand' ? undefined : commandKey(`${user}-${delta}`, changeBalance(delta, user));
    await aFunction().execute(createUser({}, user));
    await commands.execute(changeBalance(5, user), key(5));
    await commands.execute(changeBalance(6, user), key(6));
    expect(losses).toBeGreaterThan(1);
    expect(await events()).toHaveLength(3);
  });

  it('between the function and the client: the command comes again and is known by its receipt', async () => {
    const create = createUser({}, user);
    const key = commandKey(`k-${user}`, create);
    const first = await aFunction().execute(create, key);
    await aFunction().execute(changeBalance(5, user));
    // Powertools' record of it never came to be: the function died behind the append.
    expect(await aFunction().execute(create, key)).toEqual(first);
    const change = changeBalance(5, user);
    const other = commandKey(`k-${user}`, change);
    await expect(aFunction().execute(change, other)).rejects.toMatchObject({
      code: 'IDEMPOTENCY.KEY_REUSED',
    });
    expect(await events()).toHaveLength(2);
  });
});

it('that was stored before the user was erased is still known by its key', async () => {
  const change = updateUser({ name: 'Bob' }, user);
  const key = commandKey(`k-${user}`, change);
  const warm = aFunction();
  await warm.execute(createUser({}, user));
  const client = testClient({ maxAttempts: 1 });
  loseMessages(client, (command) => (command === 'TransactWriteItemsCommand' ? 'answer' : undefined));
  await expect(createUserCommands(client, names).execute(change, key)).rejects.toThrow('socket hang up');
  await aFunction().erase(user);
  expect(await warm.execute(change, key)).toMatchObject({
    event_type: 'USER_UPDATED',
    sequence: toSequence(2),
  });
  await expect(warm.execute(change)).rejects.toMatchObject({ code: 'USER.ERASED' });
});

it('a user that a function has not seen costs one read of one event, however many there are', async () => {
  const commands = aFunction();
  await commands.execute(createUser({}, user));
  for (let i = 0; i < 120; i++) await commands.execute(changeBalance(1, user));
  const client = testClient();
  const requests: string[] = [];
  let read = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      requests.push(context.commandName ?? '');
      if (context.commandName === 'QueryCommand') read += (answer.output as { Count: number }).Count;
      return answer;
    },
    { step: 'initialize' },
  );
  const { sequence } = await createUserCommands(client, names).execute(changeBalance(1, user));
  expect(Number(sequence)).toBe(122);
  expect(requests).toEqual(['QueryCommand', 'PutItemCommand']);
  expect(read).toBe(1);
});

describe('erasing a user', () => {
  const keys = () => new DynamoDBKeyStore(dynamodb, names.USER_KEY_TABLE, masterKey(names.USER_MASTER_KEY));

  // #region erase
  it('forgets the key, keeps the history of the balance, and takes no more commands', async () => {
    const commands = aFunction();
    await commands.execute(createUser({}, user));
    await commands.execute(changeBalance(5, user));
    await eraseUser(dynamodb, names, user);
    expect((await keys().find([user])).size).toBe(0);
    expect((await events()).map(({ type }) => type)).toEqual(['USER_CREATED', 'USER_BALANCE', 'USER_ERASED']);
    for (const command of [changeBalance(1, user), updateUser({ name: 'Bob' }, user), createUser({}, user)]) {
      await expect(commands.execute(command)).rejects.toMatchObject({ code: 'USER.ERASED', status: 409 });
    }
  });
  // #endregion erase

  it('takes no id that the table would take for another one', async () => {
    await aFunction().execute(createUser({}, '\ufffdX'));
    await expect(eraseUser(dynamodb, names, '\ud800X')).rejects.toMatchObject({
      code: 'REQUEST.PARAMETER_INVALID',
    });
    expect((await keys().find(['\ufffdX'])).size).toBe(1);
  });

  it('can be repeated: one that died half way is finished', async () => {
    await aFunction().execute(createUser({}, user));
    await eraseUser(dynamodb, names, user);
    await eraseUser(dynamodb, names, user);
    expect(await events()).toHaveLength(2);
  });

  it('needs a user', async () => {
    await expect(eraseUser(dynamodb, names, user)).rejects.toMatchObject({ code: 'USER.NOT_FOUND' });
  });

  it('is not undone by an update that was under way', async () => {
    await aFunction().execute(createUser({}, user));
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 5 }, (_, i) => aFunction().execute(updateUser({ name: `Bob ${i}` }, user))),
      eraseUser(dynamodb, names, user),
    ]);
    expect(outcomes.at(-1)?.status).toBe('fulfilled');
    expect((await events()).at(-1)?.type).toBe('USER_ERASED');
    expect((await keys().find([user])).size).toBe(0);
  });
});
