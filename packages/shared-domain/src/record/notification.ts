import * as z from 'zod/mini';
import { Id, Platform, Status, Timestamp } from './vocabulary.ts';

/** A notification as the API gives it in `items` (V1, V3): absent optional fields are left out. */
export const Notification = z.object({
  transaction_id: Id,
  created_at: Timestamp,
  user_id: Id,
  marketing_id: z.optional(Id),
  notification_title: z.string(),
  notification_body: z.string(),
  status: Status,
  platform: Platform,
  token: z.optional(z.string()),
  error_msg: z.optional(z.string()),
  ap_id: z.optional(Id),
  send_ts: Timestamp,
  delivered_ts: z.optional(Timestamp),
  failed_ts: z.optional(Timestamp),
});
export type Notification = z.infer<typeof Notification>;

/** The same as the API gives it in `data` (V4): absent optional fields are null. */
export const NotificationData = z.extend(Notification, {
  marketing_id: z.nullable(Id),
  token: z.nullable(z.string()),
  error_msg: z.nullable(z.string()),
  ap_id: z.nullable(Id),
  delivered_ts: z.nullable(Timestamp),
  failed_ts: z.nullable(Timestamp),
});
export type NotificationData = z.infer<typeof NotificationData>;

export const NOTIFICATION_FIELDS = Object.keys(Notification.shape) as (keyof Notification)[];

/** A row of `notification-records`, or an entry of `data`, with its own fields only and without those that are absent. */
export const toNotification = (row: Readonly<Record<string, unknown>>): Notification =>
  Object.fromEntries(
    NOTIFICATION_FIELDS.filter((name) => (row[name] ?? null) !== null).map((name) => [name, row[name]]),
  ) as Notification;

export const toNotificationData = (notification: Notification): NotificationData =>
  Object.fromEntries(
    NOTIFICATION_FIELDS.map((name) => [name, notification[name] ?? null]),
  ) as unknown as NotificationData;
