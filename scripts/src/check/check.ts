import { setTimeout as delay } from 'node:timers/promises';
import { itemCount, parallelScan } from '@notify/dynamodb';
import {
  type Defect,
  expectationsOf,
  judge,
  KEY_ATTRIBUTES,
  keyOf,
  keyText,
  type Look,
  lookAt,
  type RecordKey,
  withoutEntry,
} from '@notify/read-model';
import { DELETED, VERSION } from '@notify/stream-projection';
import { getRecords, PATIENCE } from '../records/get-records.ts';
import type { Session } from '../session/session.ts';

interface Difference {
  readonly key: RecordKey;
  readonly defect: Defect;
  readonly fields: readonly string[];
}

export interface CheckReport {
  /** The read table that was looked at. */
  readonly table: string;
  readonly commands: number;
  readonly rows: number;
  readonly tombstones: number;
  /** Commands that can have no row and are in quarantine. */
  readonly malformed: number;
  /** Keys that were not in step at first and are now, or for whose state quarantine has been found to hold the record. */
  readonly settled: number;
  /** Keys that were still changing when the patience ended. */
  readonly moving: number;
  readonly differences: readonly Difference[];
}

export interface CheckOptions {
  /** The read table to look at. */
  readonly table: string;
  readonly segments: number;
  /** How long a key that is not in step may take to get there, in milliseconds. */
  readonly settleMs: number;
  /** Told of each difference as it stands, before it is known whether it settles. */
  readonly pollMs?: number;
}

const POLL_MS = 500;

/**
 * Compares every command with its row and every row with its command. The tables go on changing meanwhile, so what is not in step
 * is looked at again until it is, or until it has stood still for as long as the patience lasts.
 */
export const check = async (session: Session, options: CheckOptions): Promise<CheckReport> => {
  const { dynamodb, tables, terminal } = session;
  const { progress } = terminal;
  const suspects = new Map<string, RecordKey>();
  const counts = { commands: 0, rows: 0, tombstones: 0 };
  const quarantined = new Map<string, RecordKey[]>();
  const suspect = (key: RecordKey) => suspects.set(keyText(key), key);

  progress.begin('commands', await itemCount(dynamodb, tables.commands));
  await parallelScan(
    dynamodb,
    { input: { TableName: tables.commands, ConsistentRead: true }, ...options, signal: session.signal },
    async ({ items }) => {
      const keys = items.map(keyOf);
      const rows = await getRecords(dynamodb, options.table, keys);
      for (const [index, expected] of (await expectationsOf(items, tables.commands)).entries()) {
        const key = keys[index] as RecordKey;
        const judgement = judge(expected, rows.get(keyText(key)));
        if (judgement.defect) suspect(key);
        else if (judgement.quarantineKey) {
          quarantined.set(judgement.quarantineKey, [
            ...(quarantined.get(judgement.quarantineKey) ?? []),
            key,
          ]);
        }
      }
      counts.commands += items.length;
      progress.advance(items.length);
    },
  );
  const unknown = await withoutEntry(dynamodb, tables.quarantine, [...quarantined.keys()]);
  for (const quarantineKey of unknown) for (const key of quarantined.get(quarantineKey) ?? []) suspect(key);

  progress.begin('rows', await itemCount(dynamodb, options.table));
  await parallelScan(
    dynamodb,
    {
      input: {
        TableName: options.table,
        ConsistentRead: true,
        ProjectionExpression: [...KEY_ATTRIBUTES, '#deleted'].join(', '),
        ExpressionAttributeNames: { '#deleted': DELETED },
      },
      ...options,
      signal: session.signal,
    },
    async ({ items }) => {
      const standing = items.filter((item) => item[DELETED] === undefined).map(keyOf);
      const commands = await getRecords(dynamodb, tables.commands, standing, { keysOnly: true });
      for (const key of standing) if (!commands.has(keyText(key))) suspect(key);
      counts.rows += standing.length;
      counts.tombstones += items.length - standing.length;
      progress.advance(items.length);
    },
  );
  progress.end();

  const { differences, moving } = await settle(session, options, [...suspects.values()]);
  return {
    table: options.table,
    ...counts,
    malformed: [...quarantined.values()].flat().length,
    settled: suspects.size - differences.length - moving,
    moving,
    differences,
  };
};

const settle = async (
  session: Session,
  { table, settleMs, pollMs = POLL_MS }: CheckOptions,
  suspects: readonly RecordKey[],
): Promise<{ differences: Difference[]; moving: number }> => {
  const endsAt = Date.now() + settleMs;
  let rest = suspects;
  let before = new Map<string, Look>();
  for (;;) {
    const looks = await lookAt(session.dynamodb, { ...session.tables, rows: table }, rest, PATIENCE);
    rest = rest.filter((key) => looks.get(keyText(key))?.judgement.defect !== undefined);
    if (rest.length === 0 || Date.now() >= endsAt) {
      const stands = (key: RecordKey) => {
        const earlier = before.get(keyText(key));
        return earlier === undefined || seenIn(earlier) === seenIn(looks.get(keyText(key)));
      };
      const differences = rest.filter(stands).map((key) => toDifference(key, looks));
      return { differences, moving: rest.length - differences.length };
    }
    before = looks;
    await delay(Math.min(pollMs, Math.max(0, endsAt - Date.now())), undefined, { signal: session.signal });
  }
};

/** What was seen, to tell whether it is still moving. */
const seenIn = (look: Look | undefined): string => JSON.stringify([look?.row?.[VERSION]?.S, look?.command]);

const toDifference = (key: RecordKey, looks: ReadonlyMap<string, Look>): Difference => {
  const { defect = 'different', fields = [] } = looks.get(keyText(key))?.judgement ?? {};
  return { key, defect, fields };
};
