import { type Item, type PlainValue, plainScalar } from '@notify/dynamodb';
import {
  NOTIFICATION_FIELDS,
  type Notification,
  type NotificationKey,
  toNotification,
} from '@notify/shared-domain';

/**
 * The notification that an item of the read table holds, whoever wrote it. Numbers of any size are read, those beyond 15 digits not to
 * the last of them.
 */
export const readNotification = (item: Item): Notification => {
  const row: Record<string, PlainValue | undefined> = {};
  for (const name of NOTIFICATION_FIELDS) row[name] = plainScalar(item[name]);
  return toNotification(row);
};

/** The key of an item, or of the place in an index where a request has stopped. */
export const readKey = ({ transaction_id, created_at }: Item): NotificationKey => ({
  transaction_id: transaction_id?.S ?? '',
  created_at: Number(created_at?.N),
});
