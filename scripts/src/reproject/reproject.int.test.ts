import { keyText, type RecordKey, SWITCH_TIMING } from '@notify/read-model';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeEach, expect, it } from 'vitest';
import type { Session } from '../session/session.ts';
import { aSession, deleteCommand, itemsOf, putCommand } from '../testing/session.ts';
import { startStandInStream } from '../testing/stand-in-stream.ts';
import { reproject } from './command.ts';
import { type Selection, selectKeys } from './select.ts';
import { TOUCHED_AT, touch } from './touch.ts';

let session: Session;
let keys: RecordKey[];

beforeEach(async () => {
  session = await aSession();
  keys = await Promise.all(
    [1, 2, 3, 4].map((n) =>
      putCommand(
        session,
        aCommand({
          transaction_id: n === 4 ? 'tx_b' : 'tx_a',
          created_at: n * 1_000,
          user_id: `u${n % 2}`,
          marketing_id: n < 3 ? 'spring' : 'summer',
        }),
      ),
    ),
  );
});

const commands = () => itemsOf(session, session.tables.commands);

it('changes the command and not its row, but for the version', async () => {
  const stream = startStandInStream(session, SWITCH_TIMING);
  await stream.idle();
  const before = await itemsOf(session, session.tables.notifications);
  const report = await reproject(session, {}, { segments: 2 });
  await stream.idle();
  const after = await itemsOf(session, session.tables.notifications);
  await stream.stop();
  expect(report).toEqual({ dry_run: false, selected: 4, touched: 4, gone: 0, failed: 0 });
  for (const [key, row] of after) {
    expect(row['version']?.S).not.toBe(before.get(key)?.['version']?.S);
    expect({ ...row, version: undefined }).toEqual({ ...before.get(key), version: undefined });
  }
});

it('does not bring back what was removed meanwhile', async () => {
  const [key] = keys;
  if (!key) throw new Error('There are keys.');
  await deleteCommand(session, key);
  expect(await touch(session, keys)).toEqual({ touched: 3, gone: 1, failed: 0 });
  expect((await commands()).has(keyText(key))).toBe(false);
});

it('leaves a writer’s change at the same time as it is', async () => {
  await Promise.all([
    touch(session, keys),
    putCommand(session, aCommand({ transaction_id: 'tx_b', created_at: 4_000, status: 'FAILED' })),
    touch(session, keys),
  ]);
  expect((await commands()).get('4000 tx_b')).toMatchObject({ status: { S: 'FAILED' } });
});

it.each<[Selection, number[]]>([
  [{}, [1, 2, 3, 4]],
  [{ transactionId: 'tx_a' }, [1, 2, 3]],
  [{ transactionId: 'tx_a', createdAt: 2_000 }, [2]],
  [{ transactionId: 'tx_a', from: 2_000, to: 3_000 }, [2]],
  [{ transactionId: 'tx_a', userId: 'u1' }, [1, 3]],
  [{ userId: 'u0' }, [2, 4]],
  [{ campaign: 'spring' }, [1, 2]],
  [{ campaign: 'summer', transactionId: 'tx_a' }, [3]],
  [{ campaign: 'spring', userId: 'u1' }, [1]],
  [{ from: 3_000 }, [3, 4]],
  [{ to: 3_000, userId: 'u1' }, [1]],
  [{ transactionId: 'tx_none' }, []],
])('selects by %j, in the order of creation', async (selection, expected) => {
  const selected: number[] = [];
  await selectKeys(session, selection, 1, async (page) => {
    selected.push(...page.map(({ created_at }) => Number(created_at) / 1_000));
  });
  expect(selected).toEqual(expected);
});

it('touches nothing in a dry run', async () => {
  const report = await reproject({ ...session, dryRun: true }, {}, { segments: 1 });
  expect(report).toMatchObject({ selected: 4, touched: 0 });
  expect([...(await commands()).values()].some((item) => item[TOUCHED_AT])).toBe(false);
});
