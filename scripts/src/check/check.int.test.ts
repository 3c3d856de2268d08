import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
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
  expect(fields).toEqual(['failed_bucket', 'status']);
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
