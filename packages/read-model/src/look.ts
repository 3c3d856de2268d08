import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type GetItemsOptions, getItems, type Item, itemBytes, MAX_ITEM_BYTES } from '@notify/dynamodb';
import { VERSION } from '@notify/stream-projection';
import { type Expected, expectedRows, LOWEST_VERSION } from './expected-rows.ts';
import { type Judgement, judge } from './judge.ts';
import { entriesOf, withoutEntry } from './quarantine-entries.ts';
import { keyItem, keyOf, keyText, type RecordKey } from './record-key.ts';

/** Where commands, their rows and what could not become one are. */
export interface LookedAtTables {
  readonly commands: string;
  /** The read table to look at. */
  readonly rows: string;
  readonly quarantine: string;
}

/** What was found at a key. */
export interface Look {
  /** Without a defect and with `quarantineKey`: quarantine holds this state of the command. */
  readonly judgement: Judgement;
  readonly command: Item | undefined;
  /** As stored, tombstones too. */
  readonly row: Item | undefined;
  /** What the row is to be; undefined without a command. */
  readonly expected: Expected | undefined;
}

/** The commands or rows of these keys, each as of now, by the text of their keys. */
export const recordsOf = async (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly RecordKey[],
  options: GetItemsOptions = {},
): Promise<Map<string, Item>> => {
  const items = await getItems(dynamodb, table, keys.map(keyItem), options);
  return new Map(items.map((item) => [keyText(keyOf(item)), item]));
};

/** What the rows of these commands are to be, in their order. */
export const expectationsOf = (commands: readonly Item[], commandTable: string): Promise<Expected[]> =>
  expectedRows(
    commands.map((image) => ({ key: keyOf(image), image, version: LOWEST_VERSION })),
    commandTable,
  );

/**
 * Looks at keys: at the rows first, so that a row is never held against a command older than itself.
 *
 * @param keys no two the same
 * @param options how long a throttled table is waited for
 * @returns one for each key, by the text of the key
 */
export const lookAt = async (
  dynamodb: DynamoDBClient,
  tables: LookedAtTables,
  keys: readonly RecordKey[],
  options: Pick<GetItemsOptions, 'timeMs' | 'backoff'> = {},
): Promise<Map<string, Look>> => {
  const rows = await recordsOf(dynamodb, tables.rows, keys, options);
  const commands = await recordsOf(dynamodb, tables.commands, keys, options);
  const there = [...commands.values()];
  const expectations = await expectationsOf(there, tables.commands);
  const expected = new Map(there.map((command, index) => [keyText(keyOf(command)), expectations[index]]));
  const looks = new Map<string, Look>();
  for (const key of keys) {
    const text = keyText(key);
    const [command, row] = [commands.get(text), rows.get(text)];
    looks.set(text, {
      judgement: judge(expected.get(text), row),
      command,
      row,
      expected: expected.get(text),
    });
  }
  // What cannot be projected is in order when quarantine holds it.
  const malformed = [...looks.values()].flatMap(
    ({ judgement }) => (!judgement.defect && judgement.quarantineKey) || [],
  );
  const unknown = new Set(await withoutEntry(dynamodb, tables.quarantine, malformed));
  for (const [text, look] of looks) {
    const { defect, quarantineKey } = look.judgement;
    if (!quarantineKey) continue;
    if (!defect && unknown.has(quarantineKey)) {
      looks.set(text, { ...look, judgement: { defect: 'unquarantined' } });
    } else if (defect && look.command) {
      if (await isQuarantined(dynamodb, tables.quarantine, quarantineKey, look.command, look.row))
        looks.set(text, { ...look, judgement: { quarantineKey } });
    }
  }
  return looks;
};

/**
 * Whether quarantine holds this very state of a command, newer than its row: a well-formed one whose row can never be stored, such as
 * one that is too large. Then there is nothing to wait for, and the row is that of the last state that could be.
 */
const isQuarantined = async (
  dynamodb: DynamoDBClient,
  table: string,
  tableKey: string,
  command: Item,
  row: Item | undefined,
): Promise<boolean> => {
  const version = row?.[VERSION]?.S ?? '';
  const entries = await entriesOf(dynamodb, table, tableKey);
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
