import { createHash } from 'node:crypto';
import type { Invocation } from '@notify/dynamodb';
import type { AppError } from '@notify/shared-domain';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { KeyAttribute } from './projection.ts';
import { versionOf } from './stream-record.ts';

/** A record that cannot be projected, and why. */
export interface QuarantineEntry {
  /** `<source table>#<key values as JSON>`; a key that is too long for a key attribute stands as its SHA-256. */
  readonly tableKey: string;
  /** The record's version; of a record without a sequence number, its event id or digest. */
  readonly version: string;
  readonly error: AppError;
  readonly record: DynamoDBRecord;
}

export type QuarantineOutcome =
  | { readonly status: 'stored' }
  /** It is already there; the first entry stays as it is. */
  | { readonly status: 'known' }
  /** It may succeed later. `cause` is a code, for the log. */
  | { readonly status: 'failed'; readonly cause: string };

export interface QuarantineReport {
  /** One for each entry, in their order. */
  readonly outcomes: readonly QuarantineOutcome[];
  /** How many statements had to be sent again. */
  readonly retried: number;
}

/** Keeps what cannot be projected until someone has seen to it. */
export interface Quarantine {
  /**
   * Stores each entry once, however often it comes. Never throws for what a store may answer.
   * @param entries no two with the same table key and version
   */
  put(entries: readonly QuarantineEntry[], invocation: Invocation): Promise<QuarantineReport>;
}

/** DynamoDB's bound of a partition key, in bytes. */
const MAX_KEY_BYTES = 2_048;

export const toQuarantineEntry = (
  record: DynamoDBRecord,
  error: AppError,
  key: readonly KeyAttribute[],
): QuarantineEntry => ({
  tableKey: toQuarantineKey(sourceTable(record), key, record.dynamodb?.Keys),
  version: versionOf(record) ?? substituteVersion(record),
  error,
  record,
});

/** Where the entries of one key stand: `<source table>#<key values as JSON>`, or their SHA-256 when that is too long for a key. */
export const toQuarantineKey = (
  table: string,
  key: readonly KeyAttribute[],
  keys: Readonly<Record<string, AttributeValue>> | undefined,
): string => {
  const values = JSON.stringify(key.map(({ name }) => keyText(keys, name)));
  const tableKey = `${table}#${values}`;
  return Buffer.byteLength(tableKey) <= MAX_KEY_BYTES ? tableKey : `${table}#sha256:${sha256(values)}`;
};

/** Strings and numbers as their text, anything else as JSON; null when it is missing. */
const keyText = (keys: Readonly<Record<string, AttributeValue>> | undefined, name: string): unknown => {
  const value = keys && Object.hasOwn(keys, name) ? keys[name] : undefined;
  return value?.S ?? value?.N ?? value ?? null;
};

/** The same for every delivery of a record, so that it is stored once. */
const substituteVersion = (record: DynamoDBRecord): string => {
  const { eventID } = record as { eventID?: unknown };
  return typeof eventID === 'string' && eventID !== ''
    ? `event:${sha256(eventID)}`
    : `digest:${sha256(rawText(record))}`;
};

/** The record as JSON; of one that is too deep for that, nothing but the fact. */
export const rawText = (record: DynamoDBRecord): string => {
  try {
    return JSON.stringify(record);
  } catch {
    return '"a record that is nested too deeply"';
  }
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The table's name in `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`. */
export const sourceTable = ({ eventSourceARN }: DynamoDBRecord): string =>
  (typeof eventSourceARN === 'string' && eventSourceARN.split('/')[1]) || 'unknown';
