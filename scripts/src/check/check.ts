import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Item, itemBytes, itemCount, MAX_ITEM_BYTES, parallelScan } from '@notify/dynamodb';
import {
  expectedRows,
  KEY_ATTRIBUTES,
  keyOf,
  keyText,
  LOWEST_VERSION,
  type RecordKey,
} from '@notify/read-model';
import { DELETED, VERSION } from '@notify/stream-projection';
import { entriesOf } from '../quarantine/entries.ts';
import { getRecords } from '../records/get-records.ts';
import type { Session } from '../session/session.ts';
import { type Defect, type Judgement, judge } from './judge.ts';

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
      for (const [index, judgement] of (await judgeAll(items, rows, tables.commands)).entries()) {
        const key = keys[index] as RecordKey;
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

const judgeAll = async (
  commands: readonly Item[],
  rows: ReadonlyMap<string, Item>,
  commandTable: string,
): Promise<Judgement[]> => {
  const images = commands.map((image) => ({ key: keyOf(image), image, version: LOWEST_VERSION }));
  const expected = await expectedRows(images, commandTable);
  return images.map(({ key }, index) => judge(expected[index], rows.get(keyText(key))));
};

interface Look {
  readonly judgement: Judgement;
  /** What was seen, to tell whether it is still moving. */
  readonly seen: string;
}

/** Looks at keys: at the rows first, so that a row is never held against a command older than itself. */
const lookAt = async (
  session: Session,
  table: string,
  keys: readonly RecordKey[],
): Promise<Map<string, Look>> => {
  const { dynamodb, tables } = session;
  const rows = await getRecords(dynamodb, table, keys);
  const commands = await getRecords(dynamodb, tables.commands, keys);
  const there = [...commands.values()];
  const judged = new Map<string, Judgement>();
  for (const [index, judgement] of (await judgeAll(there, rows, tables.commands)).entries()) {
    judged.set(keyText(keyOf(there[index] as Item)), judgement);
  }
  const entries = [...judged.values()].flatMap(
    ({ defect, quarantineKey }) => (!defect && quarantineKey) || [],
  );
  const unknown = new Set(await withoutEntry(dynamodb, tables.quarantine, entries));
  for (const [text, { defect, quarantineKey }] of judged) {
    const command = commands.get(text);
    if (!defect || !quarantineKey || !command) continue;
    if (await isQuarantined(session, quarantineKey, command, rows.get(text))) judged.set(text, {});
  }
  const looks = new Map<string, Look>();
  for (const key of keys) {
    const text = keyText(key);
    const found = judged.get(text) ?? judge(undefined, rows.get(text));
    const judgement: Judgement =
      !found.defect && found.quarantineKey && unknown.has(found.quarantineKey)
        ? { defect: 'unquarantined' }
        : found;
    const seen = JSON.stringify([rows.get(text)?.[VERSION]?.S, commands.get(text)]);
    looks.set(text, { judgement, seen });
  }
  return looks;
};

/**
 * Whether quarantine holds this very state of a command, newer than its row: a well-formed one whose row can never be stored, such as
 * one that is too large. Then there is nothing to wait for, and the row is that of the last state that could be.
 */
const isQuarantined = async (
  session: Session,
  tableKey: string,
  command: Item,
  row: Item | undefined,
): Promise<boolean> => {
  const version = row?.[VERSION]?.S ?? '';
  const entries = await entriesOf(session, tableKey);
  return entries.some(
    (entry) =>
      /^\d{40}$/.test(entry.version) &&
      entry.version > version &&
      (entry.imageOmitted ? bytesOf(command) > UNSTORABLE_BYTES : isDeepStrictEqual(entry.image, command)),
  );
};

/** A command of so many bytes is kept without its image: an entry has room for less of it than the table of the commands. */
const UNSTORABLE_BYTES = MAX_ITEM_BYTES - 10_000;

const bytesOf = (item: Item): number => itemBytes(Object.entries(item) as [string, never][]);

const settle = async (
  session: Session,
  { table, settleMs, pollMs = POLL_MS }: CheckOptions,
  suspects: readonly RecordKey[],
): Promise<{ differences: Difference[]; moving: number }> => {
  const endsAt = Date.now() + settleMs;
  let rest = suspects;
  let before = new Map<string, Look>();
  for (;;) {
    const looks = await lookAt(session, table, rest);
    rest = rest.filter((key) => looks.get(keyText(key))?.judgement.defect !== undefined);
    if (rest.length === 0 || Date.now() >= endsAt) {
      const stands = (key: RecordKey) => {
        const earlier = before.get(keyText(key))?.seen;
        return earlier === undefined || earlier === looks.get(keyText(key))?.seen;
      };
      const differences = rest.filter(stands).map((key) => toDifference(key, looks));
      return { differences, moving: rest.length - differences.length };
    }
    before = looks;
    await delay(Math.min(pollMs, Math.max(0, endsAt - Date.now())), undefined, { signal: session.signal });
  }
};

const toDifference = (key: RecordKey, looks: ReadonlyMap<string, Look>): Difference => {
  const { defect = 'different', fields = [] } = looks.get(keyText(key))?.judgement ?? {};
  return { key, defect, fields };
};

const LOOKUPS_AT_ONCE = 16;

/** Which of these keys have no entry in quarantine. */
const withoutEntry = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly string[],
): Promise<string[]> => {
  const missing: string[] = [];
  const queue = [...keys];
  const work = async () => {
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      const { Count } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'table_key = :key',
          ExpressionAttributeValues: { ':key': { S: key } },
          Select: 'COUNT',
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      if (!Count) missing.push(key);
    }
  };
  await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, work));
  return missing;
};
