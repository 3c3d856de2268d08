import type { Notification } from '../record/notification.ts';
import type { AnswerOf } from './answer.ts';
import type { NotificationQuery, QueryOf, QueryType } from './query.ts';

export interface Page {
  /** In the order asked for; by default the newest first. */
  readonly items: readonly Notification[];
  /** Present exactly when there may be more. A page can be short, even empty, and still have one. */
  readonly nextCursor?: string;
}

/** Reads `notification-records`. Rows of deleted commands are never shown. */
export interface NotificationReader {
  byUser(query: QueryOf<'user'>): Promise<Page>;
  byMarketing(query: QueryOf<'marketing'>): Promise<Page>;
  byTransaction(query: QueryOf<'transaction'>): Promise<Page>;
  /** Failed notifications: of one transaction, or of all when none is named. */
  failed(query: QueryOf<'failures'> | QueryOf<'fail'>): Promise<Page>;
}

/**
 * Asks whoever holds the read table.
 *
 * Rejects with AppError `UPSTREAM.FAILED`, `UPSTREAM.TIMEOUT` or `UPSTREAM.UNAVAILABLE` when there is no good answer, and
 * with the upstream's own code when it refuses the query.
 */
export interface NotificationQueries {
  ask<T extends QueryType>(query: QueryOf<T>): Promise<AnswerOf<T>>;
}

/** The page of any query. */
export const readPage = (reader: NotificationReader, query: NotificationQuery): Promise<Page> => {
  switch (query.query_type) {
    case 'user':
      return reader.byUser(query);
    case 'marketing':
      return reader.byMarketing(query);
    case 'transaction':
      return reader.byTransaction(query);
    case 'failures':
    case 'fail':
      return reader.failed(query);
  }
};
