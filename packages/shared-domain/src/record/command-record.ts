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

/** The attributes one by one: most records lack most of those that may be lacking. */
const FIELDS = Object.entries<z.ZodMiniType>(CommandRecord.shape).map(([name, schema]) => ({
  name,
  schema,
  isOptional: schema instanceof z.ZodMiniOptional,
}));

const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/**
 * The command record that an item of `command-records` holds.
 *
 * @param item attribute values as plain values: strings, safe integers, null
 * @throws AppError `RECORD.INVALID`, whose detail names the offending attributes and never their values
 */
export const parseCommandRecord = (item: Readonly<Record<string, unknown>>): CommandRecord => {
  const record: Record<string, unknown> = {};
  const missing: string[] = [];
  const invalid: string[] = [];
  for (const { name, schema, isOptional } of FIELDS) {
    const value = item[name];
    if (!isPresent(value)) {
      if (!isOptional) missing.push(name);
      continue;
    }
    // Writers of V3 give the id of their service as a number, too.
    const parsed = schema.safeParse(name === 'ap_id' && typeof value === 'number' ? String(value) : value);
    if (parsed.success) record[name] = parsed.data;
    else invalid.push(name);
  }
  if (missing.length + invalid.length === 0) return record as CommandRecord;
  throw new AppError('RECORD.INVALID', {
    detail: [
      missing.length > 0 ? `Missing: ${missing.join(', ')}.` : '',
      invalid.length > 0 ? `Invalid: ${invalid.join(', ')}.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  });
};
