import type { Notification } from '../record/notification.ts';
import type { NotificationQuery } from './query.ts';

export interface Page {
  /** In the order asked for; by default the newest first. */
  readonly items: readonly Notification[];
  /** Present exactly when there may be more. A page can be short, even empty, and still have one. */
  readonly nextCursor?: string;
}

/**
 * Whoever can be asked for notifications: the read table, or a service that asks it. Notifications of deleted commands
 * are never shown.
 *
 * A reader that asks another service rejects with AppError `UPSTREAM.FAILED`, `UPSTREAM.TIMEOUT` or `UPSTREAM.UNAVAILABLE`
 * when there is no good answer, and with the other's own code when it refuses the query.
 */
export interface NotificationReader {
  /** The newest of all, asked for by a `transaction` query without an id, are one page and come without a cursor. */
  read(query: NotificationQuery): Promise<Page>;
}
