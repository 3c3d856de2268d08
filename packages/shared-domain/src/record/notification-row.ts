import { parseJson } from '../json.ts';
import type { CommandRecord } from './command-record.ts';

/** FAILED rows, and those of a campaign, are spread over so many partitions of their indexes, so that no single one is hot. */
export const FAILED_BUCKETS = 8;

/** What the projection writes into `notification-records`, but for the `version` that the engine adds. */
export interface NotificationRow extends Omit<CommandRecord, 'device_token' | 'payload'> {
  notification_body: string;
  send_ts: number;
  token?: string | undefined;
  /** Present only while the status is FAILED, which makes `failed-index` sparse. */
  failed_bucket?: number;
  /** The transaction, present only while the status is FAILED: the key of `transaction_id-failed-index`. */
  failed_transaction?: string;
  /** Present only in rows of a campaign: the key of `marketing_id-index`. */
  marketing_bucket?: string;
}

export interface NotificationKey {
  readonly transaction_id: string;
  /** Milliseconds since 1970. */
  readonly created_at: number;
}

/** The bucket of a row in `failed-index` and among those of its campaign: FNV-1a (32 bit) of its key. Stored rows depend on it: it must never change. */
export const failedBucket = ({ transaction_id, created_at }: NotificationKey): number => {
  let hash = 0x811c9dc5;
  const text = `${transaction_id}#${created_at}`;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % FAILED_BUCKETS;
};

/** Where `marketing_id-index` has a campaign's rows of one bucket. One partition would take 1,000 writes a second, and a campaign bursts. */
export const marketingBucket = (marketing_id: string, bucket: number): string => `${marketing_id}#${bucket}`;

/** The read row of a command: a pure function, so that a row can be rebuilt and checked at any time. */
export const toNotificationRow = (command: CommandRecord): NotificationRow => {
  const { device_token, payload, ...copied } = command;
  const row: NotificationRow = {
    ...copied,
    notification_body: command.notification_body ?? bodyOf(payload),
    send_ts: command.send_ts ?? command.created_at,
  };
  if (device_token !== undefined) row.token = device_token;
  if (command.status === 'FAILED') {
    row.failed_bucket = failedBucket(command);
    row.failed_transaction = command.transaction_id;
  }
  if (command.marketing_id !== undefined) {
    row.marketing_bucket = marketingBucket(command.marketing_id, failedBucket(command));
  }
  return row;
};

/**
 * The text that the push provider showed, from the provider's own payload: `body` (plain), `aps.alert.body` (APNs) or
 * `notification.body` (FCM). A payload that is no JSON has none: it is the provider's business, not a defect of the record.
 */
const bodyOf = (payload: string | undefined): string => {
  const json = parseJson(payload);
  for (const path of [['body'], ['aps', 'alert', 'body'], ['notification', 'body']]) {
    const found = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), json);
    // An escape in the JSON can stand for half a character, which no table holds.
    if (typeof found === 'string' && found !== '') return found.toWellFormed();
  }
  return '';
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
