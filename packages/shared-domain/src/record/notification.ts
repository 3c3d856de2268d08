import * as z from 'zod/mini';

const Text = z.string();
const Time = z.number();

/**
 * A notification as the API gives it in `items`: absent fields are left out.
 *
 * Reading is lenient, for the read table can hold rows that another system wrote: beside its key any field can be absent,
 * and status and platform can be words that no writer of ours may use.
 */
export const Notification = z.object({
  transaction_id: Text,
  created_at: Time,
  user_id: z.optional(Text),
  marketing_id: z.optional(Text),
  notification_title: z.optional(Text),
  notification_body: Text,
  status: z.optional(Text),
  platform: z.optional(Text),
  token: z.optional(Text),
  error_msg: z.optional(Text),
  ap_id: z.optional(Text),
  sns_id: z.optional(Text),
  retry_cnt: z.optional(z.number()),
  send_ts: Time,
  delivered_ts: z.optional(Time),
  failed_ts: z.optional(Time),
});
export type Notification = z.infer<typeof Notification>;

/** The same as the API gives it in `data`: absent fields are null. */
export const NotificationData = z.extend(Notification, {
  user_id: z.nullable(Text),
  marketing_id: z.nullable(Text),
  notification_title: z.nullable(Text),
  status: z.nullable(Text),
  platform: z.nullable(Text),
  token: z.nullable(Text),
  error_msg: z.nullable(Text),
  ap_id: z.nullable(Text),
  sns_id: z.nullable(Text),
  retry_cnt: z.nullable(z.number()),
  delivered_ts: z.nullable(Time),
  failed_ts: z.nullable(Time),
});
export type NotificationData = z.infer<typeof NotificationData>;

export const NOTIFICATION_FIELDS = Object.keys(Notification.shape) as (keyof Notification)[];

const NUMBERS: ReadonlySet<string> = new Set<keyof Notification>([
  'created_at',
  'retry_cnt',
  'send_ts',
  'delivered_ts',
  'failed_ts',
]);

/**
 * The notification that a row of `notification-records` holds, whoever wrote it: fields of others are left out, a number
 * where text belongs is taken as its text and the other way round, what is of no use counts as absent, and what the
 * projection would have filled in ({@link toNotificationRow}) is filled in here.
 */
export const toNotification = (row: Readonly<Record<string, unknown>>): Notification => {
  const read: Record<string, unknown> = {};
  for (const name of NOTIFICATION_FIELDS) {
    const value = NUMBERS.has(name) ? toNumber(row[name]) : toText(row[name]);
    if (value !== undefined) read[name] = value;
    else if (name === 'notification_body') read[name] = '';
    else if (name === 'send_ts') read[name] = read['created_at'];
  }
  return read as Notification;
};

const toText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

const toNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

export const toNotificationData = (notification: Notification): NotificationData => {
  const data: Partial<Record<keyof Notification, unknown>> = {};
  for (const name of NOTIFICATION_FIELDS) data[name] = notification[name] ?? null;
  return data as NotificationData;
};

/** The fields that {@link Notification} has always. */
const REQUIRED: ReadonlySet<string> = new Set<keyof Notification>([
  'transaction_id',
  'created_at',
  'notification_body',
  'send_ts',
]);

/**
 * Whether a value from JSON is a notification member for member as this service would write it: what the API gives, in its order, and nothing
 * else. A schema says as much of the types, builds the value anew to do so, and costs ten times as much.
 *
 * @param absent how absent fields are written: left out as in `items`, or null as in `data`
 */
export const isWrittenNotification = (value: unknown, absent: 'left out' | 'null'): boolean => {
  let at = 0;
  for (const name in value as object) {
    while (NOTIFICATION_FIELDS[at] !== name) {
      if (!maySkip(NOTIFICATION_FIELDS[at], absent)) return false;
      at++;
    }
    at++;
    const member = (value as Record<string, unknown>)[name];
    if (member === null ? absent !== 'null' || REQUIRED.has(name) : !isOfType(name, member)) return false;
  }
  while (at < NOTIFICATION_FIELDS.length) {
    if (!maySkip(NOTIFICATION_FIELDS[at], absent)) return false;
    at++;
  }
  return true;
};

const maySkip = (name: string | undefined, absent: 'left out' | 'null'): boolean =>
  name !== undefined && absent === 'left out' && !REQUIRED.has(name);

const isOfType = (name: string, member: unknown): boolean =>
  NUMBERS.has(name) ? Number.isFinite(member) : typeof member === 'string';
