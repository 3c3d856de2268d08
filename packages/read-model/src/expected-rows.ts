import type { Item } from '@notify/dynamodb';
import type { AppError } from '@notify/shared-domain';
import {
  type Columns,
  createStreamProjection,
  type Quarantine,
  type RowWriter,
  toQuarantineKey,
  type WriteOutcome,
} from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { notificationProjection } from './notification-projection.ts';
import { keyItem, keyText, type RecordKey } from './record-key.ts';

/** The state of a command at a version, as a stream record would tell it. */
export interface CommandImage {
  readonly key: RecordKey;
  readonly image: Item;
  /** Up to 40 digits. */
  readonly version: string;
}

/** Older than any record of any stream. */
export const LOWEST_VERSION = '0';

export type EngineOutcome =
  | WriteOutcome
  | { readonly status: 'malformed'; readonly error: AppError; readonly quarantineKey: string };

const NO_DEADLINE = { remainingTimeMs: () => 900_000 };

/**
 * Brings images of commands through the engine that the stream goes through. What is malformed is told, not quarantined.
 * @param table the command table, after which quarantine entries are named
 * @param images at most one for each key
 * @returns one outcome for each image, in their order
 */
export const throughEngine = async (
  images: readonly CommandImage[],
  table: string,
  rows: RowWriter,
): Promise<EngineOutcome[]> => {
  const outcomes = new Map<string, EngineOutcome>();
  const observed: RowWriter = {
    write: async (shape, changes, invocation) => {
      const report = await rows.write(shape, changes, invocation);
      for (const [index, { key }] of changes.entries()) {
        const [transaction, created] = key;
        const id = keyText({ transaction_id: transaction?.S ?? '', created_at: created?.N ?? '' });
        const outcome = report.outcomes[index];
        if (outcome) outcomes.set(id, outcome);
      }
      return report;
    },
  };
  const told: Quarantine = {
    put: async (entries) => {
      for (const { record, error, tableKey } of entries) {
        outcomes.set(keyTextOf(record), { status: 'malformed', error, quarantineKey: tableKey });
      }
      return { outcomes: entries.map(() => ({ status: 'known' })), retried: 0 };
    },
  };
  const project = createStreamProjection(notificationProjection, { rows: observed, quarantine: told });
  await project({ Records: images.map((image) => toStreamRecord(image, table)) }, NO_DEADLINE);
  return images.map(({ key }) => outcomes.get(keyText(key)) ?? { status: 'failed', cause: 'NO_OUTCOME' });
};

/** What the row of a command is to be, or why there can be none; and where quarantine would keep its record. */
export type Expected = { readonly quarantineKey: string } & (
  | { readonly columns: Columns }
  | { readonly error: AppError }
);

/** The rows that these commands are to have, by the engine itself, with nothing written. */
export const expectedRows = async (items: readonly CommandImage[], table: string): Promise<Expected[]> => {
  const columns = new Map<string, Columns>();
  const outcomes = await throughEngine(items, table, {
    write: async (_, changes) => {
      for (const { key, columns: row } of changes) {
        const [transaction, created] = key;
        columns.set(keyText({ transaction_id: transaction?.S ?? '', created_at: created?.N ?? '' }), row);
      }
      return { outcomes: changes.map(() => ({ status: 'written' })), retried: 0 };
    },
  });
  return items.map(({ key }, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'malformed'
      ? { error: outcome.error, quarantineKey: outcome.quarantineKey }
      : { columns: columns.get(keyText(key)) ?? {}, quarantineKey: quarantineKeyOf(table, key) };
  });
};

/** As the engine names the entries of this key. */
export const quarantineKeyOf = (table: string, key: RecordKey): string =>
  toQuarantineKey(table, notificationProjection.key, keyItem(key));

const keyTextOf = (record: DynamoDBRecord): string => {
  const { transaction_id, created_at } = record.dynamodb?.Keys ?? {};
  return keyText({ transaction_id: transaction_id?.S ?? '', created_at: created_at?.N ?? '' });
};

const toStreamRecord = ({ key, image, version }: CommandImage, table: string): DynamoDBRecord =>
  ({
    eventName: 'INSERT',
    eventSourceARN: `arn:aws:dynamodb:::table/${table}/stream/`,
    dynamodb: { Keys: keyItem(key), NewImage: image, SequenceNumber: version },
  }) as unknown as DynamoDBRecord;
