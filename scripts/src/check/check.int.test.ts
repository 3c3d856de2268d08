import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { itemBytes, MAX_ITEM_BYTES, toItem } from '@notify/dynamodb';
import { keyItem, SWITCH_TIMING } from '@notify/read-model';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeEach, expect, it } from 'vitest';
import type { Session } from '../session/session.ts';
import { aSession, deleteCommand, putCommand } from '../testing/session.ts';
import { startStandInStream } from '../testing/stand-in-stream.ts';
import { check } from './check.ts';

let session: Session;

beforeEach(async () => {
  session = await aSession();
});

const run = (settleMs = 0) =>
  check(session, { table: session.tables.notifications, segments: 2, settleMs, pollMs: 20 });

it('finds each defect by its name, and nothing else', async () => {
  const { dynamodb, tables } = session;
  const stream = startStandInStream(session, SWITCH_TIMING);
  const keys = await Promise.all(
    ['fine', 'missing', 'different', 'orphan', 'removed'].map((transaction_id) =>
      putCommand(session, aCommand({ transaction_id })),
    ),
  );
  const [, missing, different, orphan, removed] = keys;
  await putCommand(session, aCommand({ transaction_id: 'malformed' }), { user_id: undefined });
  await stream.idle();
  if (!missing || !different || !orphan || !removed) throw new Error('There are keys.');
  await deleteCommand(session, removed);
  await stream.idle();
  await stream.stop();
  await putCommand(session, aCommand({ transaction_id: 'unquarantined' }), { user_id: undefined });
  await dynamodb.send(new DeleteItemCommand({ TableName: tables.notifications, Key: keyItem(missing) }));
  await putCommand(session, aCommand({ transaction_id: 'different', status: 'FAILED' }));
  await deleteCommand(session, orphan);

  const report = await run();
  expect(report).toMatchObject({ commands: 5, rows: 3, tombstones: 1, malformed: 2, moving: 0 });
  const found = Object.fromEntries(report.differences.map(({ key, defect }) => [key.transaction_id, defect]));
  expect(found).toEqual({
    missing: 'missing',
    different: 'different',
    orphan: 'orphan',
    unquarantined: 'unquarantined',
  });
  const fields = report.differences.find(({ defect }) => defect === 'different')?.fields;
  expect(fields).toEqual(['failed_bucket', 'failed_transaction', 'status']);
});

it('takes for settled what quarantine holds: a state whose row can never be stored', async () => {
  const { dynamodb, tables } = session;
  const stream = startStandInStream(session, SWITCH_TIMING);
  await putCommand(session, aCommand({ transaction_id: 'changed' }));
  await stream.idle();
  // The command is as large as an item may be, and its row has a version on top.
  for (const transaction_id of ['changed', 'new']) {
    const command = aCommand({ transaction_id, notification_body: '' });
    const room = MAX_ITEM_BYTES - itemBytes(Object.entries(toItem(command)) as [string, never][]);
    await putCommand(session, { ...command, notification_body: 'x'.repeat(room) });
  }
  await stream.idle();
  await stream.stop();
  const { Items: entries = [] } = await dynamodb.send(new ScanCommand({ TableName: tables.quarantine }));
  expect(entries.map((entry) => entry['error_code']?.S)).toEqual(['RECORD.TOO_LARGE', 'RECORD.TOO_LARGE']);
  expect(await run()).toMatchObject({ commands: 2, rows: 1, settled: 2, differences: [] });

  // A state that quarantine does not hold is none of its business.
  await putCommand(session, aCommand({ transaction_id: 'changed', status: 'FAILED' }));
  expect((await run()).differences.map(({ key, defect }) => [key.transaction_id, defect])).toEqual([
    ['changed', 'different'],
  ]);
});

it('waits for what is still on its way', async () => {
  await Promise.all(
    Array.from({ length: 150 }, (_, i) => putCommand(session, aCommand({ transaction_id: `tx_${i}` }))),
  );
  const report = run(10_000);
  const stream = startStandInStream(session, SWITCH_TIMING);
  expect(await report).toMatchObject({ commands: 150, differences: [] });
  await stream.stop();
});

it('does not trust a row that something else has written', async () => {
  await putCommand(session, aCommand());
  const Item = toItem({ ...aCommand(), notification_body: '', send_ts: aCommand().created_at });
  await session.dynamodb.send(new PutItemCommand({ TableName: session.tables.notifications, Item }));
  expect((await run()).differences).toMatchObject([{ defect: 'different', fields: ['version'] }]);
});
