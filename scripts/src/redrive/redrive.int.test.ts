import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import { type Entry, entryPages, keyOf, notificationProjection, type RecordKey } from '@notify/read-model';
import type { CommandRecord } from '@notify/shared-domain';
import { aCommand } from '@notify/shared-domain/testing';
import { createStreamProjection, DynamoDBQuarantine, PartiqlRowWriter } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, expect, it } from 'vitest';
import { readModelWriter } from '../records/read-model.ts';
import type { Session } from '../session/session.ts';
import { aSession, deleteCommand, itemsOf, putCommand } from '../testing/session.ts';
import { planOf } from './command.ts';
import { redrive } from './redrive.ts';

let session: Session;
let sequence: number;

beforeEach(async () => {
  session = await aSession();
  sequence = 0;
});

/** Records of the stream, in one batch through the engine. */
const project = async (records: readonly DynamoDBRecord[]): Promise<void> => {
  const { dynamodb, tables } = session;
  const projection = createStreamProjection(notificationProjection, {
    rows: new PartiqlRowWriter(dynamodb, tables.notifications),
    quarantine: new DynamoDBQuarantine(dynamodb, tables.quarantine),
  });
  const answer = await projection({ Records: [...records] }, { remainingTimeMs: () => 60_000 });
  expect(answer.batchItemFailures).toEqual([]);
};

/** What the stream tells of an item. */
const streamRecord = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', key: RecordKey, image?: object) =>
  ({
    eventName,
    eventSourceARN: `arn:aws:dynamodb:::table/${session.tables.commands}/stream/`,
    dynamodb: {
      Keys: { transaction_id: { S: key.transaction_id }, created_at: { N: key.created_at } },
      ...(image && { NewImage: toItem(image) }),
      SequenceNumber: String(++sequence),
    },
  }) as unknown as DynamoDBRecord;

const streamed = (...told: Parameters<typeof streamRecord>) => project([streamRecord(...told)]);

/** A malformed command in its table and in quarantine. */
const malformed = async (
  id: string,
  spoiled: Partial<Record<keyof CommandRecord, unknown>> = { platform: undefined },
) => {
  const command = aCommand({ transaction_id: id });
  const key = await putCommand(session, command, spoiled);
  await streamed('INSERT', key, { ...command, ...spoiled });
  return { command, key };
};

const entries = async (): Promise<Entry[]> => {
  const all: Entry[] = [];
  for await (const page of entryPages(session.dynamodb, session.tables.quarantine)) all.push(...page);
  return all;
};
const rows = () => itemsOf(session, session.tables.notifications);
const run = () => redrive(session, readModelWriter(session));

it('leaves what is still malformed, and says why', async () => {
  await malformed('tx_a');
  const report = await run();
  expect(report).toMatchObject({ entries: 1, projected: 0, malformed: 1 });
  expect(report.staying[0]?.reason).toContain('Missing: platform.');
  expect(await entries()).toHaveLength(1);
  expect((await rows()).size).toBe(0);
});

it('says beforehand what would be done, by cause, and does that and no more', async () => {
  const { command } = await malformed('tx_a');
  await malformed('tx_b');
  await putCommand(session, command);
  const plan = await planOf(session, { errorCode: 'RECORD.INVALID' });
  expect(plan).toMatchObject({ dry_run: true, entries: 2, projected: 1, malformed: 1 });
  expect(plan.taking).toMatchObject([{ table_key: expect.stringContaining('tx_a'), fate: 'projected' }]);
  expect(plan.staying).toMatchObject([{ reason: expect.stringContaining('Missing: platform.') }]);
  expect((await rows()).size).toBe(0);
  expect(await planOf(session, { errorCode: 'RECORD.TOO_LARGE' })).toMatchObject({ entries: 0 });

  // Another one is mended while somebody thinks it over.
  const { command: late } = await malformed('tx_c');
  await putCommand(session, late);
  const report = await redrive(session, readModelWriter(session), {}, plan.taking);
  expect(report.taking).toEqual(plan.taking);
  expect(await entries()).toHaveLength(2);
});

it('brings a command in that its writer has mended, even when the stream does not', async () => {
  const { command } = await malformed('tx_a');
  await putCommand(session, command);
  expect(await run()).toMatchObject({ entries: 1, projected: 1, staying: [] });
  expect(await entries()).toEqual([]);
  expect([...(await rows()).values()][0]).toMatchObject({ platform: { S: 'IOS' } });
  // The stream’s own record of the mending comes later, and is newer.
  await streamed('MODIFY', keyOf(toItem(command)), { ...command, notification_title: 'Newer' });
  expect([...(await rows()).values()][0]).toMatchObject({ notification_title: { S: 'Newer' } });
});

it('drops an entry that the row has outlived', async () => {
  const { command, key } = await malformed('tx_a');
  await putCommand(session, command, { notification_title: 'Newer' });
  await streamed('MODIFY', key, { ...command, notification_title: 'Newer' });
  expect(await run()).toMatchObject({ entries: 1, projected: 0, obsolete: 1 });
  expect(await entries()).toEqual([]);
  expect([...(await rows()).values()][0]).toMatchObject({ notification_title: { S: 'Newer' } });
});

it('never brings a removed command back', async () => {
  const { key } = await malformed('tx_a');
  await deleteCommand(session, key);
  expect(await run()).toMatchObject({ obsolete: 1 });
  expect((await rows()).size).toBe(0);
});

it('takes an image that was mended in quarantine, as long as the command itself is malformed', async () => {
  const { command } = await malformed('tx_a');
  const [entry] = await entries();
  const { dynamodb, tables } = session;
  await dynamodb.send(
    new PutItemCommand({
      TableName: tables.quarantine,
      Item: {
        table_key: { S: entry?.tableKey ?? '' },
        version: { S: entry?.version ?? '' },
        keys: { M: toItem({ transaction_id: 'tx_a', created_at: command.created_at }) },
        image: { M: toItem({ ...command, platform: 'WEBPUSH' }) },
      },
    }),
  );
  expect(await run()).toMatchObject({ projected: 1, staying: [] });
  expect([...(await rows()).values()][0]).toMatchObject({ platform: { S: 'WEBPUSH' } });
});

it('sees to several entries of one key in their order', async () => {
  const { command, key } = await malformed('tx_a');
  await putCommand(session, command, { status: 'DONE' });
  await streamed('MODIFY', key, { ...command, status: 'DONE' });
  await putCommand(session, command);
  expect(await run()).toMatchObject({ entries: 2, projected: 2, staying: [] });
});

it('changes nothing in a dry run', async () => {
  const { command } = await malformed('tx_a');
  await putCommand(session, command);
  const dry = {
    write: async (_: unknown, changes: readonly unknown[]) => ({
      outcomes: changes.map(() => ({ status: 'written' as const })),
      retried: 0,
    }),
  };
  expect(await redrive({ ...session, dryRun: true }, dry)).toMatchObject({ dry_run: true, projected: 1 });
  expect(await entries()).toHaveLength(1);
});

it('redrives only what the filter selects', async () => {
  await malformed('tx_a');
  const { command } = await malformed('tx_b');
  await putCommand(session, command);
  expect(await redrive(session, readModelWriter(session), { transactionId: 'tx_b' })).toMatchObject({
    entries: 1,
    projected: 1,
  });
  expect(await entries()).toHaveLength(1);
});

it('brings all of many in', async () => {
  const commands = await Promise.all(Array.from({ length: 120 }, (_, i) => malformed(`tx_${i}`)));
  await Promise.all(commands.map(({ command }) => putCommand(session, command)));
  expect(await run()).toMatchObject({ entries: 120, projected: 120, staying: [] });
  expect((await rows()).size).toBe(120);
});

it('leaves the entries of other streams alone', async () => {
  const { dynamodb, tables } = session;
  const table_key = 'EventsTable#["user-001","00000000000000000001"]';
  const entry = { table_key, version: '1', event_name: 'REMOVE' };
  await dynamodb.send(new PutItemCommand({ TableName: tables.quarantine, Item: toItem(entry) }));
  expect(await run()).toMatchObject({ entries: 0, staying: [] });
  expect(await entries()).toHaveLength(1);
});

it('brings in all of 1,000 mended commands that were malformed in a batch of 10,000', async () => {
  const commands = Array.from({ length: 10_000 }, (_, i) => aCommand({ transaction_id: `tx_${i}` }));
  const spoiled = commands.filter((_, i) => i % 10 === 3);
  const images = commands.map((command, i) => (i % 10 === 3 ? { ...command, platform: undefined } : command));
  await project(images.map((image) => streamRecord('INSERT', keyOf(toItem(image)), image)));
  expect((await rows()).size).toBe(9_000);
  expect(await entries()).toHaveLength(1_000);

  await Promise.all(spoiled.map((command) => putCommand(session, command)));
  expect(await run()).toMatchObject({ entries: 1_000, projected: 1_000, staying: [] });
  expect((await rows()).size).toBe(10_000);
  expect(await entries()).toEqual([]);
}, 120_000);
