import { Backoff, type Item, itemCount, parallelScan, plainValue } from '@notify/dynamodb';
import {
  KEY_ATTRIBUTES,
  keyItem,
  keyOf,
  LOWEST_VERSION,
  notificationProjection,
  type Rebuild,
  throughEngine,
} from '@notify/read-model';
import {
  type Columns,
  DELETED,
  PartiqlRowWriter,
  type RowChange,
  type RowWriter,
  toRowShape,
  VERSION,
} from '@notify/stream-projection';
import { getRecords } from '../records/get-records.ts';
import { NotifyError, toNotifyError } from '../session/notify-error.ts';
import { createPace } from '../session/pace.ts';
import type { Session } from '../session/session.ts';
import type { RebuildRecord } from './rebuild-record.ts';

const SHAPE = toRowShape(notificationProjection);
const NO_DEADLINE = { remainingTimeMs: () => 900_000 };
/** About a quarter of an hour of throttling, which is how long a table takes to grow. */
const PATIENCE = new Backoff({ baseMs: 50, capMs: 30_000, attempts: 70 });

export interface FillOptions {
  /** Commands per second at most. */
  readonly rate?: number;
  /** How many commands are read at once: what a kill can cost; 500 without it. */
  readonly pageSize?: number;
}

/**
 * Fills the table that is built from all commands, in the lowest version, which loses against whatever the stream has brought or will
 * bring. Goes on where an earlier run has ended.
 */
export const fill = async (
  session: Session,
  record: RebuildRecord,
  { table, replaces, cursors, filled }: Rebuild,
  { rate, pageSize = 500 }: FillOptions,
): Promise<void> => {
  const { dynamodb, tables, terminal, signal } = session;
  const rows = new PartiqlRowWriter(dynamodb, table, { backoff: PATIENCE });
  const pace = createPace(rate, signal);
  terminal.progress.begin('commands', await itemCount(dynamodb, tables.commands));
  terminal.progress.advance(filled);
  await parallelScan(
    dynamodb,
    {
      input: { TableName: tables.commands, ConsistentRead: true, Limit: pageSize },
      segments: cursors.length,
      from: cursors,
      signal,
    },
    async ({ segment, items, next }) => {
      await pace(items.length);
      const images = items.map((image) => ({ key: keyOf(image), image, version: LOWEST_VERSION }));
      const outcomes = await throughEngine(images, tables.commands, rows);
      requireAll(outcomes);
      const unstorable = images.filter((_, index) =>
        ['malformed', 'refused'].includes(outcomes[index]?.status ?? ''),
      );
      // Their rows are those of their last storable images, which only the old table knows.
      const last = await getRecords(
        dynamodb,
        replaces,
        unstorable.map(({ key }) => key),
      );
      await copyRows(rows, [...last.values()]);
      await record.advance(segment, next, items.length);
      terminal.progress.advance(items.length);
    },
  );
  terminal.progress.begin('tombstones');
  await parallelScan(
    dynamodb,
    {
      input: {
        TableName: replaces,
        FilterExpression: 'attribute_exists(#deleted)',
        ExpressionAttributeNames: { '#deleted': DELETED },
        ConsistentRead: true,
      },
      segments: cursors.length,
      signal,
    },
    async ({ items }) => {
      await copyRows(rows, items);
      terminal.progress.advance(items.length);
    },
  );
  terminal.progress.end();
};

/** Copies rows as they are, in their own versions. */
const copyRows = async (writer: RowWriter, rows: readonly Item[]): Promise<void> => {
  if (rows.length === 0) return;
  const changes = rows.map((row): RowChange => {
    const key = keyItem(keyOf(row));
    return {
      key: KEY_ATTRIBUTES.map((name) => key[name] as RowChange['key'][number]),
      version: row[VERSION]?.S ?? '',
      columns: Object.fromEntries(SHAPE.columns.map((name) => [name, plainValue(row[name])])) as Columns,
      created: true,
    };
  });
  const { outcomes } = await writer.write(SHAPE, changes, NO_DEADLINE);
  requireAll(outcomes);
};

const requireAll = (outcomes: readonly { readonly status: string; readonly cause?: string }[]): void => {
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (!failed) return;
  const error = Object.assign(new Error(`A row could not be written (${failed.cause}).`), {
    name: failed.cause,
  });
  const known = toNotifyError(error);
  throw known instanceof NotifyError ? known : new NotifyError('TARGET.FAILED', error.message);
};
