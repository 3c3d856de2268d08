import * as z from 'zod/mini';

/**
 * Attributes of an item by name, as plain values: texts, numbers, truths, and anything else as JSON. The device token and the payload
 * are there, and what they hold is not shown; nor is the end of a long text.
 */
export const ShownItem = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type ShownItem = z.infer<typeof ShownItem>;

/** A record that could not be projected, as quarantine keeps it. */
export const QuarantinedRecord = z.object({
  /** `<source table>#<key as JSON>`; with `version` the entry's own key. */
  table_key: z.string(),
  version: z.string(),
  /** Why it is set aside: a code of docs/errors.md. */
  code: z.string(),
  detail: z.string(),
  /** Of the change to the source table; null when the record had none. */
  event_name: z.nullable(z.string()),
  /** The table whose stream brought it. */
  source_table: z.string(),
  /** The key of the command, as far as the record had one. */
  transaction_id: z.nullable(z.string()),
  created_at: z.nullable(z.number()),
  /** In ISO 8601. */
  first_seen: z.string(),
  /** The command as it was, by its known attributes; null when it is not a command, had no image or none that fitted in. */
  image: z.nullable(ShownItem),
});
export type QuarantinedRecord = z.infer<typeof QuarantinedRecord>;
