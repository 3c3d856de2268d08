import { NOTIFICATION_FIELDS, type Notification } from '@notify/shared-domain';

/** So that Excel reads UTF-8. */
export const CSV_BOM = '\ufeff';

const TIMES: ReadonlySet<string> = new Set<keyof Notification>([
  'created_at',
  'send_ts',
  'delivered_ts',
  'failed_ts',
]);

/** The names of the columns. */
export const csvHead = (): string => line(NOTIFICATION_FIELDS);

/** One notification, its times in ISO 8601 and UTC. */
export const csvLine = (notification: Notification): string =>
  line(
    NOTIFICATION_FIELDS.map((name) => {
      const value = notification[name];
      if (value === undefined) return '';
      if (typeof value === 'string') return asText(value);
      return TIMES.has(name) ? timeOf(value) : String(value);
    }),
  );

/** Rows of other systems may hold a time that no calendar has. */
const timeOf = (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
};

/**
 * What a spreadsheet would take for a formula, in ASCII or full width, behind white space or not; and texts of digits that it would
 * take for a number, and round or shorten.
 */
const MISREAD = /^(\s*[=+\-@＝＋－＠]|[\t\r\n]|0\d+$|\d{16,}$|\d+([.,]\d+)?e[+-]?\d+$)/iu;

/** A text that stays one: an apostrophe before it, where a spreadsheet would make something else of it. */
const asText = (text: string): string => (MISREAD.test(text) ? `'${text}` : text);

/** RFC 4180. */
const line = (values: readonly string[]): string =>
  `${values.map((value) => (/[",\r\n;\t]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\r\n`;
