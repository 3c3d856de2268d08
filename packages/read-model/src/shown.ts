import { type Item, plainValue } from '@notify/dynamodb';
import {
  COMMAND_ATTRIBUTES,
  NOTIFICATION_FIELDS,
  type QuarantinedRecord,
  type ShownItem,
} from '@notify/shared-domain';
import type { Entry } from './quarantine-entries.ts';

/** What stands in the place of what is nobody's business. */
const NOT_SHOWN = '(not shown)';
const PRIVATE: ReadonlySet<string> = new Set(['device_token', 'token', 'payload']);
/** In characters; the beginning of a text tells which one it is. */
const MAX_SHOWN_LENGTH = 1_000;

export interface ShowOptions {
  /** Whether device token and payload are shown, and long texts to their end. */
  readonly showsPrivate?: boolean;
}

/** The value of an attribute for people to see; undefined where there is none. */
export const shownValue = (
  name: string,
  value: Item[string] | undefined,
  { showsPrivate = false }: ShowOptions = {},
): ShownItem[string] | undefined => {
  if (value === undefined) return undefined;
  if (showsPrivate) return plainValue(value);
  if (PRIVATE.has(name)) return NOT_SHOWN;
  const plain = plainValue(value);
  return typeof plain === 'string' && plain.length > MAX_SHOWN_LENGTH
    ? `${plain.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…`
    : plain;
};

/** The known attributes of a command or row; of others nobody knows whose they are. */
const KNOWN: ReadonlySet<string> = new Set<string>([...COMMAND_ATTRIBUTES, ...NOTIFICATION_FIELDS]);

export const shownItem = (item: Item, options: ShowOptions = {}): ShownItem =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => {
      const shown = KNOWN.has(name) || options.showsPrivate ? shownValue(name, value, options) : undefined;
      return shown === undefined ? [] : [[name, shown]];
    }),
  );

/** @param commandTable whose entries are of commands; of others' images nobody here knows what is private in them */
export const shownEntry = (
  entry: Entry,
  commandTable: string,
  options: ShowOptions = {},
): QuarantinedRecord => ({
  table_key: entry.tableKey,
  version: entry.version,
  code: entry.errorCode,
  detail: entry.errorDetail,
  event_name: entry.eventName ?? null,
  source_table: entry.sourceTable,
  transaction_id: entry.key?.transaction_id ?? null,
  created_at: entry.key === undefined ? null : Number(entry.key.created_at),
  first_seen: entry.firstSeen,
  image:
    entry.image && (entry.sourceTable === commandTable || options.showsPrivate)
      ? shownItem(entry.image, options)
      : null,
});
