import {
  type AttributeValue,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { toSequence } from '../domain/sequence.ts';
import { DynamoDBEventStore } from './dynamodb-event-store.ts';
import type { NewEvent, Receipt } from './event-store.ts';
import { loadUser } from './user-history.ts';

const dynamodb = testClient();
let table: string;
let store: DynamoDBEventStore;
let user: string;
let users = 0;

beforeAll(async () => {
  table = await createTestTable('EventsTable');
  store = new DynamoDBEventStore(dynamodb, {
    events: table,
    receipts: await createTestTable('command-idempotency'),
  });
});

const aUser = () => {
  user = `user-${users++}`;
};
const created = (version = 1): NewEvent => ({
  userId: user,
  version,
  commandId: `command-${version}`,
  type: 'USER_CREATED',
  payload: { name: { sealed: 'n' }, email: { sealed: 'e' } },
  state: { status: 'active', balance: 0 },
});
const changed = (version: number, delta = 1): NewEvent => ({
  userId: user,
  version,
  commandId: `command-${version}`,
  type: 'USER_BALANCE',
  payload: { delta },
  // A balance that no event leads to, to see whether it was used.
  state: { status: 'active', balance: 1_000 + version },
});
const receiptOf = ({ commandId, userId, type, version }: NewEvent): Receipt => ({
  commandId: `${userId}-${commandId}`,
  fingerprint: 'f',
  userId,
  type,
  version,
});

describe('the event store', () => {
  it('gives back what was appended, in order, from any version on, across pages', async () => {
    aUser();
    await store.append(created());
    // 1 MB a page: 30 events of 40 kB are two.
    const sealed = 'x'.repeat(40_000);
    for (let version = 2; version <= 31; version++) {
      await store.append({ ...created(version), type: 'USER_UPDATED', payload: { name: { sealed } } });
    }
    const events = await store.read(user, 1);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expect(events[0]).toEqual({
      userId: user,
      version: 1,
      type: 'USER_CREATED',
      schemaVersion: 2,
      payload: { name: { sealed: 'n' }, email: { sealed: 'e' } },
      commandId: 'command-1',
    });
    expect(await store.read(user, 30)).toHaveLength(2);
    expect(await store.read('nobody', 1)).toEqual([]);
  });

  it('leaves out items whose sequence is none of its own', async () => {
    aUser();
    await store.append(created());
    for (const Sequence of ['550e8400-e29b-41d4-a716-446655440000', '1']) {
      const Item = { AggregateID: { S: user }, Sequence: { S: Sequence } };
      await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    }
    expect(await store.read(user, 1)).toHaveLength(1);
  });

  it('takes one event for each version', async () => {
    aUser();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.append({ ...created(), commandId: `c${i}` })),
    );
    expect(outcomes.filter(({ status }) => status === 'stored')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'conflict')).toHaveLength(7);
  });

  it('knows its own event again, when the answer to the first try got lost', async () => {
    aUser();
    expect(await store.append(created())).toEqual({ status: 'stored' });
    expect(await store.append(created())).toEqual({ status: 'stored' });
    expect(await store.read(user, 1)).toHaveLength(1);
  });

  it('keeps a receipt with its event, or neither', async () => {
    aUser();
    const receipt = receiptOf(created());
    expect(await store.receipt(receipt.commandId)).toBeUndefined();
    expect(await store.append(created(), receipt)).toEqual({ status: 'stored' });
    expect(await store.receipt(receipt.commandId)).toEqual(receipt);

    expect(await store.append(changed(2), receipt)).toEqual({ status: 'known', receipt });
    const other = receiptOf(changed(2));
    expect(await store.append({ ...changed(1), commandId: 'x' }, other)).toEqual({ status: 'conflict' });
    expect(await store.receipt(other.commandId)).toBeUndefined();
    expect(await store.read(user, 1)).toHaveLength(1);
  });
});

describe('a user is loaded', () => {
  const history = async (balanceEvents: number) => {
    aUser();
    await store.append(created());
    for (let version = 2; version < balanceEvents + 2; version++) await store.append(changed(version));
  };
  const change = (version: number, UpdateExpression: string, value?: AttributeValue) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { AggregateID: { S: user }, Sequence: { S: toSequence(version) } },
        UpdateExpression,
        ...(UpdateExpression.includes('#state') && {
          ExpressionAttributeNames: {
            '#state': 'State',
            ...(UpdateExpression.includes('#status') && { '#status': 'Status' }),
          },
        }),
        ...(value && { ExpressionAttributeValues: { ':value': value } }),
      }),
    );

  it('from the state in the newest event', async () => {
    await history(4);
    expect(await loadUser(store, user)).toEqual({ version: 5, state: { status: 'active', balance: 1_005 } });
    expect(await loadUser(store, 'nobody')).toEqual({ version: 0, state: { status: 'absent', balance: 0 } });
  });

  it('past items that are no events of this system', async () => {
    await history(4);
    for (const Sequence of ['00000000000000000005-b', '550e8400-e29b-41d4-a716-446655440000']) {
      const Item = { AggregateID: { S: user }, Sequence: { S: Sequence } };
      await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    }
    expect(await loadUser(store, user)).toMatchObject({ version: 5 });
  });

  // #region stored-state
  it.each<[string, string, AttributeValue?]>([
    ['no state', 'REMOVE #state'],
    ['a state of another schema', 'SET #state.SchemaVersion = :value', { N: '99' }],
    ['a state of no known kind', 'SET #state.#status = :value', { S: 'asleep' }],
  ])('from all events when the newest has %s', async (_, update, value) => {
    await history(4);
    await change(5, update, value);
    expect(await loadUser(store, user)).toEqual({ version: 5, state: { status: 'active', balance: 4 } });
  });
  // #endregion stored-state

  it('never from an event that cannot be read', async () => {
    await history(4);
    await change(5, 'SET EventType = :value', { S: 'USER_STRANGE' });
    await expect(loadUser(store, user)).rejects.toMatchObject({ code: 'EVENT.UNREADABLE' });
  });

  it('never over a gap', async () => {
    await history(4);
    await change(5, 'REMOVE #state');
    const key = { AggregateID: { S: user }, Sequence: { S: toSequence(3) } };
    await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: key }));
    await expect(loadUser(store, user)).rejects.toMatchObject({ code: 'EVENT.UNREADABLE' });
  });
});
