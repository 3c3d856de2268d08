import { decodeCursor, encodeCursor } from '../query/cursor.ts';
import type { NotificationQuery } from '../query/query.ts';
import type { NotificationReader, Page } from '../query/reader.ts';
import { MAX_LATEST, rowOrder } from '../query/row-order.ts';
import { toNotification } from '../record/notification.ts';
import type { NotificationRow } from '../record/notification-row.ts';

/** The plainest reader that keeps the contract: a model for tests of whatever asks a reader. */
export class InMemoryNotificationReader implements NotificationReader {
  readonly #rows: NotificationRow[];

  constructor(rows: readonly NotificationRow[] = []) {
    this.#rows = [...rows];
  }

  add(...rows: readonly NotificationRow[]): void {
    this.#rows.push(...rows);
  }

  async read(query: NotificationQuery): Promise<Page> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query);
    const compare = rowOrder(query.order);
    const rows = this.#rows
      .filter((row) => isAskedFor(query, row))
      .filter((row) => !('status' in query) || query.status === undefined || row.status === query.status)
      .filter((row) => query.platform === undefined || row.platform === query.platform)
      .filter((row) => row.created_at >= (query.from ?? 0) && row.created_at < (query.to ?? Number.MAX_VALUE))
      .sort(compare)
      .filter((row) => after === undefined || compare(row, after) > 0);
    if (query.query_type === 'transaction' && query.transaction_id === undefined) {
      return {
        items: rows.slice(0, Math.min(query.limit, MAX_LATEST)).map((row) => toNotification({ ...row })),
      };
    }
    const items = rows.slice(0, query.limit).map((row) => toNotification({ ...row }));
    const last = items.at(-1);
    return rows.length > items.length && last ? { items, nextCursor: encodeCursor(query, last) } : { items };
  }
}

const isAskedFor = (query: NotificationQuery, row: NotificationRow): boolean => {
  switch (query.query_type) {
    case 'user':
      return row.user_id === query.user_id;
    case 'marketing':
      return row.marketing_id === query.marketing_id;
    case 'transaction':
      return (query.transaction_id ?? row.transaction_id) === row.transaction_id;
    case 'sns':
      return row.sns_id === query.sns_id;
    case 'failures':
    case 'fail':
      return row.status === 'FAILED' && (query.transaction_id ?? row.transaction_id) === row.transaction_id;
  }
};
