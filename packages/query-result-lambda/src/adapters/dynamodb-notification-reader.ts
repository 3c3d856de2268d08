import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getItems, toItem, toStoreError } from '@notify/dynamodb';
import {
  decodeCursor,
  encodeCursor,
  FAILED_BUCKETS,
  failedBucket,
  marketingBucket,
  type Notification,
  type NotificationKey,
  type NotificationQuery,
  type NotificationReader,
  type Page,
  rowOrder,
} from '@notify/shared-domain';
import { readNotification } from './notification-item.ts';
import { type Partition, PartitionReader } from './partition-reader.ts';

/** How many requests one page may cost; then the page is given as it is, with a cursor. Each reads at most 1 MB. */
const MAX_READS = 24;

/**
 * A Lambda answers with at most 6 MB, in which the body is text and so escaped once more, and the private API's body holds
 * each row twice, once with its absent fields as null; a fuller page goes on behind its cursor.
 */
const MAX_PAGE_BYTES = 2_700_000;

export interface ReadTable {
  readonly name: string;
  /**
   * The projection alone writes into it. Rows of other writers have none of the projection's keys and are in no index that is made of them:
   * among the failures of their transaction they are found in its own partition alone. See ADR 0019.
   */
  readonly isOurs: boolean;
}

/**
 * Reads the read table by its key and its indexes, never by a scan.
 *
 * A query reads one partition, or the eight buckets of a campaign or of `failed-index`, and merges them by time. Rows of equal time are in the order
 * of their partitions and in a partition in the order of its index, so that one row's key says where every partition
 * goes on: a cursor needs nothing else.
 *
 * Rejects with AppError `STORE.THROTTLED`, `UPSTREAM.TIMEOUT` or `UPSTREAM.UNAVAILABLE` when DynamoDB asks to slow down or does not answer.
 */
export class DynamoDBNotificationReader implements NotificationReader {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: () => Promise<ReadTable>;
  readonly #latestKeys: () => Promise<readonly NotificationKey[]>;

  /**
   * @param table tells the table that holds the rows now; a page is read from one table
   * @param latestKeys tells which rows are the newest, at most 50; some of them may be gone
   */
  constructor(
    dynamodb: DynamoDBClient,
    table: () => Promise<ReadTable>,
    latestKeys: () => Promise<readonly NotificationKey[]>,
  ) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#latestKeys = latestKeys;
  }

  async read(query: NotificationQuery): Promise<Page> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query);
    try {
      const { name, isOurs } = await this.#table();
      const [partitions, before] = partitionsOf(query, isOurs);
      if (partitions === undefined) return await this.#latest(name, query);
      return await this.#page(name, query, after, partitions).catch((error: Error) => {
        // The index, or its key, is younger than the table.
        if (before === undefined || error.name !== 'ValidationException') throw error;
        return this.#page(name, query, after, before);
      });
    } catch (error) {
      throw toStoreError(error) ?? error;
    }
  }

  /** The newest rows as they are now. */
  async #latest(table: string, query: NotificationQuery): Promise<Page> {
    const items = await getItems(this.#dynamodb, table, (await this.#latestKeys()).map(toItem));
    const { from = 0, to = Number.POSITIVE_INFINITY } = query;
    const rows = items
      .filter((row) => row['deleted'] === undefined)
      .map(readNotification)
      .filter(({ status }) => status === (statusOf(query) ?? status))
      .filter(({ platform }) => platform === (query.platform ?? platform))
      .filter(({ created_at }) => created_at >= from && created_at < to)
      .sort(rowOrder(query.order));
    return { items: fitting(rows.slice(0, query.limit)) };
  }

  #page(
    table: string,
    query: NotificationQuery,
    after: NotificationKey | undefined,
    partitions: readonly Partition[],
  ): Promise<Page> {
    const ascending = query.order === 'asc';
    const readers = partitions.map(
      (partition, index) =>
        new PartitionReader(this.#dynamodb, table, partition, {
          ascending,
          filter: {
            status: partition.status === statusOf(query) ? undefined : statusOf(query),
            platform: query.platform,
          },
          range: query,
          start: after && { key: after, place: place(index, partitionOf(after, partitions)) },
          pageSize: Math.ceil((query.limit + 1) / partitions.length) * (partitions.length > 1 ? 2 : 1),
        }),
    );
    return merge(query, readers, ascending);
  }
}

/**
 * Where the rows are that a query asks for, undefined for the newest of all, which have no partition of their own; and where they are in a
 * table that was made before, if elsewhere.
 */
const partitionsOf = (
  query: NotificationQuery,
  isOurs: boolean,
): readonly [now: readonly Partition[] | undefined, before?: readonly Partition[]] => {
  switch (query.query_type) {
    case 'user':
      return [[inIndex('user_id-index', 'user_id', query.user_id)]];
    case 'marketing': {
      const { marketing_id: campaign } = query;
      const index = 'marketing_id-index';
      return [
        BUCKETS.map((bucket) => inIndex(index, 'marketing_bucket', marketingBucket(campaign, bucket))),
        [inIndex(index, 'marketing_id', campaign)],
      ];
    }
    case 'transaction':
      return [query.transaction_id === undefined ? undefined : [ofTransaction(query.transaction_id)]];
    case 'sns':
      return [[inIndex('sns_id-index', 'sns_id', query.sns_id)]];
    case 'failures':
    case 'fail': {
      const { transaction_id: transaction } = query;
      if (transaction === undefined)
        return [BUCKETS.map((bucket) => inIndex('failed-index', 'failed_bucket', bucket, FAILED))];
      const all = [ofTransaction(transaction)];
      return isOurs
        ? [[inIndex('transaction_id-failed-index', 'failed_transaction', transaction, FAILED)], all]
        : [all];
    }
  }
};

const inIndex = (index: string, name: string, value: string | number, status?: string): Partition => ({
  index,
  name,
  value,
  status,
});

const ofTransaction = (value: string): Partition => ({ name: 'transaction_id', value });

const FAILED = 'FAILED';

/** The status that rows must have. */
const statusOf = (query: NotificationQuery): string | undefined => {
  if ('status' in query) return query.status;
  return query.query_type === 'failures' || query.query_type === 'fail' ? FAILED : undefined;
};

const BUCKETS = Array.from({ length: FAILED_BUCKETS }, (_, bucket) => bucket);

/** Which of the partitions holds the row that a cursor names. */
const partitionOf = (key: NotificationKey, partitions: readonly Partition[]): number =>
  partitions.length === 1 ? 0 : failedBucket(key);

const place = (index: number, cursorIndex: number) =>
  index === cursorIndex ? 'of-cursor' : index < cursorIndex ? 'before-cursor' : 'behind-cursor';

/**
 * The most that all rows of these readers can weigh in an answer: escaped once more, and with what is filled in where a row lacks it.
 * What DynamoDB sends is JSON too, and names the type of each value beside it.
 */
const mostBytes = (readers: readonly PartitionReader[], rows: number): number =>
  2 * readers.reduce((sum, { bytes }) => sum + bytes, 0) + 150 * rows;

/** What a row weighs in the answer of a Lambda. */
const bytesOf = (row: Notification): number => Buffer.byteLength(JSON.stringify(JSON.stringify(row)));

const sumOf = (rows: readonly Notification[]): number => rows.reduce((sum, row) => sum + bytesOf(row), 0);

/** As many of the first rows as an answer holds. */
const fitting = (rows: readonly Notification[]): readonly Notification[] => {
  let bytes = 0;
  const over = rows.findIndex((row) => {
    bytes += bytesOf(row);
    return bytes > MAX_PAGE_BYTES;
  });
  return over < 0 ? rows : rows.slice(0, over);
};

const merge = async (
  query: NotificationQuery,
  readers: readonly PartitionReader[],
  ascending: boolean,
): Promise<Page> => {
  let reads = readers.length;
  await Promise.all(readers.map((reader) => reader.read()));
  const items: Notification[] = [];
  // Counted only where the rows could be too many for an answer, for it costs about as much as reading them.
  let bytes: number | undefined;
  for (;;) {
    const reader = first(readers, ascending);
    if (reader === undefined) return { items };
    const row = reader.head;
    if (row === undefined) {
      if (reads++ >= MAX_READS) return { items, nextCursor: encodeCursor(query, reader.position) };
      await reader.read();
      continue;
    }
    if (bytes === undefined && mostBytes(readers, query.limit) > MAX_PAGE_BYTES) bytes = sumOf(items);
    if (bytes !== undefined) bytes += bytesOf(row);
    const last = items.at(-1);
    if (last !== undefined && (items.length === query.limit || (bytes ?? 0) > MAX_PAGE_BYTES)) {
      return { items, nextCursor: encodeCursor(query, last) };
    }
    items.push(reader.take());
  }
};

/** The reader that comes first in time; of equal ones the first in line. */
const first = (readers: readonly PartitionReader[], ascending: boolean): PartitionReader | undefined => {
  let best: PartitionReader | undefined;
  for (const reader of readers) {
    if (reader.isExhausted) continue;
    const earlier = best === undefined ? 0 : reader.position.created_at - best.position.created_at;
    if (best === undefined || (ascending ? earlier < 0 : earlier > 0)) best = reader;
  }
  return best;
};
