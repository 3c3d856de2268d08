import { GetItemCommand, ListTablesCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { loseMessages } from '@notify/dynamodb-local';
import { testClient } from '@notify/dynamodb-local/testing';
import { keyItem, PlacementReader, type RecordKey, tablesAt } from '@notify/read-model';
import { aCommand } from '@notify/shared-domain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { readPlacement } from '../records/read-model.ts';
import type { Session } from '../session/session.ts';
import { aSession, deleteCommand, itemsOf, putCommand } from '../testing/session.ts';
import { type StandInStream, startStandInStream } from '../testing/stand-in-stream.ts';
import { finish, type RebuildTiming, rebuild, rollback } from './rebuild.ts';
import { RebuildRecord } from './rebuild-record.ts';

/** As in production, only shorter. */
const TIMING: RebuildTiming = {
  freshMs: 40,
  validMs: 200,
  holdBeforeMs: 150,
  holdAfterMs: 100,
  leadMs: 600,
  settleMs: 5_000,
  clockMarginMs: 50,
};
const OPTIONS = { segments: 2, timing: TIMING };

let session: Session;
let stream: StandInStream;
let ended: AbortController;
let background: Promise<unknown>[];

beforeEach(async () => {
  session = await aSession();
  stream = startStandInStream(session, TIMING);
  ended = new AbortController();
  background = [];
  return async () => {
    ended.abort();
    await Promise.all(background);
    await stream.stop();
  };
});

afterEach(() => ended.abort());

const putCommands = async (count: number): Promise<RecordKey[]> => {
  const commands = Array.from({ length: count }, (_, i) =>
    aCommand({ transaction_id: `tx_${i}`, delivered_ts: 0 }),
  );
  return Promise.all(commands.map((command) => putCommand(session, command)));
};

/** Raises a counter in one command after the other until the test ends. */
const keepWriting = (keys: readonly RecordKey[]): void => {
  const write = async () => {
    for (let counter = 1; !ended.signal.aborted; counter++) {
      const key = keys[counter % keys.length] as RecordKey;
      await session.dynamodb.send(
        new UpdateItemCommand({
          TableName: session.tables.commands,
          Key: keyItem(key),
          UpdateExpression: 'SET delivered_ts = :counter',
          ExpressionAttributeValues: { ':counter': { N: String(counter) } },
        }),
      );
    }
  };
  background.push(write());
};

/** Asks as two functions would whose clocks differ; gives what no client may see. */
const keepAsking = (keys: readonly RecordKey[]) => {
  const seen = new Map<RecordKey, number>();
  const violations: string[] = [];
  let asked = 0;
  const ask = async (offMs: number) => {
    const clock = () => Date.now() + offMs;
    const { dynamodb, tables } = session;
    const options = { table: tables.readModels, readModel: tables.notifications, timing: TIMING, clock };
    const reader = new PlacementReader(dynamodb, options);
    while (!ended.signal.aborted) {
      const key = keys[asked++ % keys.length] as RecordKey;
      const before = seen.get(key) ?? -1;
      const { active } = tablesAt(await reader.placement(), clock());
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: active, Key: keyItem(key), ConsistentRead: true }),
      );
      const counter = Number(Item?.['delivered_ts']?.N ?? Number.NaN);
      if (!(counter >= before))
        violations.push(`${key.transaction_id}: ${counter} after ${before} in ${active}`);
      seen.set(key, Math.max(seen.get(key) ?? -1, counter));
    }
  };
  background.push(ask(-20), ask(20));
  return { violations, asked: () => asked };
};

const expectInStep = async (table: string): Promise<void> => {
  const report = await check(session, { table, segments: 2, settleMs: 5_000 });
  expect(report.differences).toEqual([]);
};

describe('rebuild', () => {
  it('goes over to a new table, back, and over again, while nobody sees a row missing or an older state', async () => {
    const keys = await putCommands(60);
    await stream.idle();
    keepWriting(keys.slice(0, 30));
    const clients = keepAsking(keys);
    const { notifications } = session.tables;

    expect(await rebuild(session, OPTIONS)).toMatchObject({
      phase: 'switched',
      active: `${notifications}-2`,
      standby: notifications,
      filled: 60,
      check: { differences: [] },
    });
    expect(await rollback(session, TIMING)).toMatchObject({ phase: 'rolled-back', active: notifications });
    expect(await finish(session, TIMING)).toMatchObject({ active: notifications, standby: undefined });
    expect(await rebuild(session, OPTIONS)).toMatchObject({
      phase: 'switched',
      active: `${notifications}-2`,
    });
    await finish(session, TIMING);

    ended.abort();
    await Promise.all(background);
    await stream.idle();
    expect(clients.violations).toEqual([]);
    expect(clients.asked()).toBeGreaterThan(100);
    await expectInStep(`${notifications}-2`);
    const { TableNames } = await session.dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).not.toContain(notifications);
  });

  it('is not misled by its own writes whose answers were lost', async () => {
    await putCommands(60);
    await stream.idle();
    const dynamodb = testClient();
    const lost = new Map<string, number>();
    let asked = 0;
    loseMessages(dynamodb, (command) => {
      // Each first try, so that each write meets itself.
      if (!/^(Create|Update|Delete|Transact|BatchExecute)/.test(command) || asked++ % 2 === 1)
        return undefined;
      lost.set(command, (lost.get(command) ?? 0) + 1);
      return 'answer';
    });
    const lossy = { ...session, dynamodb };
    // One after the other, so that a first try and its second are not those of two writes.
    const options = { ...OPTIONS, segments: 1, pageSize: 10 };
    expect(await rebuild(lossy, options)).toMatchObject({ phase: 'switched', filled: 60 });
    const { notifications } = session.tables;
    expect(await finish(lossy, TIMING)).toMatchObject({ active: `${notifications}-2`, standby: undefined });
    dynamodb.destroy();
    expect([...lost.keys()].sort()).toEqual([
      'BatchExecuteStatementCommand',
      'CreateTableCommand',
      'DeleteTableCommand',
      'TransactWriteItemsCommand',
      'UpdateItemCommand',
      'UpdateTimeToLiveCommand',
    ]);
    await expectInStep(`${notifications}-2`);
  });

  it('goes on where it was killed', async () => {
    await putCommands(60);
    await stream.idle();
    const options = { ...OPTIONS, pageSize: 10 };
    const kill = new AbortController();
    const { progress } = session.terminal;
    const terminal = {
      ...session.terminal,
      progress: { ...progress, advance: (count: number) => (count > 0 ? kill.abort() : undefined) },
    };
    await expect(rebuild({ ...session, terminal, signal: kill.signal }, options)).rejects.toThrow();
    const { rebuild: left } = await new RebuildRecord(session.dynamodb, session.tables).read();
    expect(left?.phase).toBe('filling');
    expect(left?.filled).toBeGreaterThan(0);
    expect(left?.filled).toBeLessThan(60);
    expect(await rebuild(session, options)).toMatchObject({ phase: 'switched', filled: 60 });
    await expectInStep((await readPlacement(session)).active);
  });

  it('brings removed commands as tombstones, and the last well-formed row of a malformed one', async () => {
    const [removed, malformed] = await putCommands(3);
    if (!removed || !malformed) throw new Error('There are keys.');
    await stream.idle();
    await deleteCommand(session, removed);
    await putCommand(session, aCommand({ transaction_id: 'tx_1' }), {
      platform: undefined,
      user_id: 'someone',
    });
    await stream.idle();
    await rebuild(session, OPTIONS);
    const rows = await itemsOf(session, `${session.tables.notifications}-2`);
    expect(rows.size).toBe(3);
    expect(rows.get(`${removed.created_at} tx_0`)?.['deleted']).toEqual({ BOOL: true });
    expect(rows.get(`${malformed.created_at} tx_1`)).toMatchObject({
      platform: { S: 'IOS' },
      user_id: { S: 'test_user_001' },
    });
  });

  it('drops the new table when it is taken back before the switch', async () => {
    await putCommands(5);
    await stream.idle();
    const { phase } = await rebuild(session, { ...OPTIONS, stopBeforeSwitch: true });
    expect(phase).toBe('checking');
    const { notifications } = session.tables;
    expect(await rollback(session, TIMING)).toMatchObject({ active: notifications, standby: undefined });
    expect(await readPlacement(session)).toEqual({ active: notifications });
    const { TableNames } = await session.dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).not.toContain(`${notifications}-2`);
  });

  it('finishes nothing that is not switched, and takes nothing back that is not there', async () => {
    await expect(finish(session, TIMING)).rejects.toMatchObject({ code: 'REBUILD.NOTHING' });
    await expect(rollback(session, TIMING)).rejects.toMatchObject({ code: 'REBUILD.NOTHING' });
    await rebuild(session, { ...OPTIONS, stopBeforeSwitch: true });
    await expect(finish(session, TIMING)).rejects.toMatchObject({ code: 'REBUILD.IN_PROGRESS' });
  });

  it('does not let two operators cross each other', async () => {
    const record = new RebuildRecord(session.dynamodb, session.tables);
    const { notifications } = session.tables;
    await record.begin(notifications, 'one', 1, 0);
    await expect(record.begin(notifications, 'two', 1, 0)).rejects.toMatchObject({
      code: 'REBUILD.IN_PROGRESS',
    });
  });
});
