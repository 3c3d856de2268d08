import {
  COMMAND_ATTRIBUTES,
  NOTIFICATION_FIELDS,
  type NotificationRow,
  parseCommandRecord,
  toNotificationRow,
} from '@notify/shared-domain';
import type { Projection } from '@notify/stream-projection';

/** `command-records` into `notification-records`. */
export const notificationProjection: Projection<NotificationRow> = {
  key: [
    { name: 'transaction_id', type: 'S' },
    { name: 'created_at', type: 'N' },
  ],
  attributes: COMMAND_ATTRIBUTES,
  columns: [...NOTIFICATION_FIELDS, 'failed_bucket', 'failed_transaction', 'marketing_bucket'],
  project: (image) => toNotificationRow(parseCommandRecord(image)),
};
