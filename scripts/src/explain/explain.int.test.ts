import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import { createRowPositions, keyItem, type RecordKey, throughEngine } from '@notify/read-model';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeEach, expect, it } from 'vitest';
import { readModelWriter } from '../records/read-model.ts';
import type { Session } from '../session/session.ts';
import { aSession, putCommand } from '../testing/session.ts';
import { explanationsOf } from './command.ts';

/** Long ago, so that nothing that is missing is taken for late. */
const CREATED = Date.now() - 3_600_000;
const invocation = { remainingTimeMs: () => 60_000 };

let session: Session;

beforeEach(async () => {
  session = await aSession();
  // The projection has come to now.
  await createRowPositions(session.dynamodb, session.tables.positions).leave(
    {
      records: 1,
      lastSequenceNumber: '9',
      lastWrittenAt: Date.now(),
      lagMs: 100,
    } as never,
    [],
    invocation,
  );
});

const project = async (key: RecordKey, spoiled: object = {}) => {
  const command = { ...aCommand({ ...key, created_at: Number(key.created_at) }), ...spoiled };
  await throughEngine(
    [{ key, image: toItem(command), version: '1' }],
    session.tables.commands,
    readModelWriter(session),
  );
};

const stateOf = async (key: RecordKey): Promise<string> => {
  const [{ state, reason } = { state: '', reason: null }] = await explanationsOf(
    session,
    key.transaction_id,
    key.created_at,
    1,
  );
  return reason === null ? state : `${state}: ${reason}`;
};

it.each([
  ['in step', async (key: RecordKey) => project(key)],
  ['differs: the row is missing', async () => {}],
  [
    'differs: status',
    async (key: RecordKey) => {
      await project(key);
      const { dynamodb, tables } = session;
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: tables.notifications,
          Key: keyItem(key),
          UpdateExpression: 'SET #status = :lost',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':lost': { S: 'LOST' } },
        }),
      );
    },
  ],
])('says %s', async (state, bringAbout) => {
  const key = await putCommand(session, aCommand({ created_at: CREATED }));
  await bringAbout(key);
  expect(await stateOf(key)).toBe(state);
});

it('says that it is on its way', async () => {
  expect(await stateOf(await putCommand(session, aCommand({ created_at: Date.now() })))).toBe('on its way');
});

it('says that it is set aside, and for which cause', async () => {
  const { dynamodb, tables } = session;
  const key = await putCommand(session, aCommand({ created_at: CREATED }), { status: 'LOST' });
  await throughEngine(
    [{ key, image: toItem({ ...aCommand({ created_at: CREATED }), status: 'LOST' }), version: '1' }],
    tables.commands,
    readModelWriter(session),
  ).then(async ([outcome]) => {
    if (outcome?.status !== 'malformed') throw outcome;
    await dynamodb.send(
      new PutItemCommand({
        TableName: tables.quarantine,
        Item: toItem({ table_key: outcome.quarantineKey, version: '1', error_code: outcome.error.code }),
      }),
    );
  });
  expect(await stateOf(key)).toBe('set aside: RECORD.INVALID');
});

it('says that nobody knows it', async () => {
  expect(await stateOf({ transaction_id: 'tx_nobody', created_at: '1' })).toBe('unknown');
  expect(await explanationsOf(session, 'tx_nobody', undefined, 10)).toMatchObject([
    { state: 'unknown', created_at: null },
  ]);
});
