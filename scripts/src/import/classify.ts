import { type Item, MAX_ITEM_BYTES } from '@notify/dynamodb';
import { expectedRows, keyOf, LOWEST_VERSION } from '@notify/read-model';
import type { NotifyErrorCode } from '../session/notify-error.ts';
import { type ConversionOptions, toCommand } from './conversion.ts';
import { sizeOf } from './size.ts';
import type { SourceRecord } from './source.ts';

/** What becomes of a record. */
export type Classified =
  /** A command. `malformed` says why it can have no row: it waits in quarantine as every malformed command does. */
  | {
      readonly kind: 'command';
      readonly place: string;
      readonly item: Item;
      readonly changes: readonly string[];
      readonly malformed: string | undefined;
    }
  /** What the command table cannot hold. */
  | {
      readonly kind: 'unusable';
      readonly place: string;
      readonly code: Extract<NotifyErrorCode, `IMPORT.${string}`>;
      readonly reason: string;
      readonly record: unknown;
    };

/** DynamoDB's bound of a partition key, in bytes. */
const MAX_KEY_BYTES = 2_048;

/**
 * What becomes of records of one batch, in their order: by the engine itself, so that what is announced is what the projection does.
 * @param table the command table, after which quarantine entries are named
 */
export const classify = async (
  records: readonly SourceRecord[],
  options: ConversionOptions,
  table: string,
): Promise<Classified[]> => {
  const usable: (Classified & { kind: 'command' })[] = [];
  const all = records.map(({ place, item: source, text }): Classified => {
    if (!source) {
      const reason = 'It is no record.';
      return { kind: 'unusable', place, code: 'IMPORT.RECORD_UNREADABLE', reason, record: text };
    }
    const { item, changes } = toCommand(source, options);
    const defect = defectOf(item);
    if (defect) return { kind: 'unusable', place, ...defect, record: source };
    const command = { kind: 'command' as const, place, item, changes, malformed: undefined };
    usable.push(command);
    return command;
  });
  const reasons = new Map<Item, string>();
  // The engine looks at a key once a batch.
  for (const round of roundsOf(usable, ({ item }) => JSON.stringify(keyOf(item)))) {
    const images = round.map(({ item }) => ({ key: keyOf(item), image: item, version: LOWEST_VERSION }));
    for (const [index, expected] of (await expectedRows(images, table)).entries()) {
      const item = round[index]?.item;
      if (item && 'error' in expected)
        reasons.set(item, `${expected.error.code} ${expected.error.detail ?? ''}`);
    }
  }
  return all.map((found) =>
    found.kind === 'command' ? { ...found, malformed: reasons.get(found.item) } : found,
  );
};

/** Splits values so that no round holds a key twice, and each round only what comes behind its key's earlier ones. */
export const roundsOf = <T>(values: readonly T[], keyOf: (value: T) => string): T[][] => {
  const rounds: T[][] = [];
  const seen = new Map<string, number>();
  for (const value of values) {
    const key = keyOf(value);
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    if (rounds[round]) rounds[round].push(value);
    else rounds[round] = [value];
  }
  return rounds;
};

const defectOf = (
  item: Item,
): { code: 'IMPORT.KEY_MISSING' | 'IMPORT.RECORD_TOO_LARGE'; reason: string } | undefined => {
  const { transaction_id, created_at } = item;
  const missing = [
    ...(transaction_id?.S && Buffer.byteLength(transaction_id.S) <= MAX_KEY_BYTES ? [] : ['transaction_id']),
    ...(created_at?.N === undefined ? ['created_at'] : []),
  ];
  if (missing.length > 0)
    return { code: 'IMPORT.KEY_MISSING', reason: `No usable ${missing.join(' and ')}.` };
  const bytes = sizeOf(item);
  return bytes > MAX_ITEM_BYTES
    ? { code: 'IMPORT.RECORD_TOO_LARGE', reason: `${bytes} bytes, of at most ${MAX_ITEM_BYTES}.` }
    : undefined;
};
