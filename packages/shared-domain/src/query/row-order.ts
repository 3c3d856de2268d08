import { failedBucket, type NotificationKey } from '../record/notification-row.ts';
import type { Order } from './query.ts';

/** Of so many notifications the projection keeps the keys that tell which are the newest. */
export const MAX_LATEST = 50;

/** The order of rows over several partitions: by time, those of one time by their bucket, whatever the order of time, and by their transaction. */
export const rowOrder = (order: Order): ((a: NotificationKey, b: NotificationKey) => number) => {
  const direction = order === 'asc' ? 1 : -1;
  return (a, b) =>
    direction * (a.created_at - b.created_at) ||
    failedBucket(a) - failedBucket(b) ||
    (a.transaction_id < b.transaction_id ? -1 : Number(a.transaction_id > b.transaction_id));
};
