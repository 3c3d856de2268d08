import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { Id, Platform, Status, Text, Timestamp, WellFormedText } from './vocabulary.ts';

/**
 * What a writer puts into `command-records`. Attributes that are not named here are ignored; empty strings and nulls
 * count as absent ({@link parseCommandRecord}). Nothing is defaulted: a record without a platform is a defect.
 */
export const CommandRecord = z.object({
  transaction_id: Id,
  created_at: Timestamp,
  user_id: Id,
  notification_title: Text,
  status: Status,
  platform: Platform,
  marketing_id: z.optional(Id),
  device_token: z.optional(WellFormedText),
  /** JSON text as the push provider got it; only its body is projected. */
  payload: z.optional(WellFormedText),
  notification_body: z.optional(WellFormedText),
  error_msg: z.optional(WellFormedText),
  ap_id: z.optional(Id),
  sns_id: z.optional(Id),
  /** How often the sender has tried again. */
  retry_cnt: z.optional(z.int().check(z.nonnegative())),
  send_ts: z.optional(Timestamp),
  delivered_ts: z.optional(Timestamp),
  failed_ts: z.optional(Timestamp),
});
export type CommandRecord = z.infer<typeof CommandRecord>;

export const COMMAND_ATTRIBUTES = Object.keys(CommandRecord.shape) as (keyof CommandRecord)[];

const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/**
 * The command record that an item of `command-records` holds.
 *
 * @param item attribute values as plain values: strings, safe integers, null
 * @throws AppError `RECORD.INVALID`, whose detail names the offending attributes and never their values
 */
export const parseCommandRecord = (item: Readonly<Record<string, unknown>>): CommandRecord => {
  const present: Record<string, unknown> = {};
  for (const name of COMMAND_ATTRIBUTES) if (isPresent(item[name])) present[name] = item[name];
  // Writers of V3 give the id of their service as a number, too.
  if (typeof present['ap_id'] === 'number') present['ap_id'] = String(present['ap_id']);
  const parsed = CommandRecord.safeParse(present);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  const [missing, invalid] = [names.filter((n) => !(n in present)), names.filter((n) => n in present)];
  throw new AppError('RECORD.INVALID', {
    detail: [
      missing.length > 0 ? `Missing: ${missing.join(', ')}.` : '',
      invalid.length > 0 ? `Invalid: ${invalid.join(', ')}.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  });
};
