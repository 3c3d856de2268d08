import * as z from 'zod/mini';
import { QuarantinedRecord, ShownItem } from './quarantined-record.ts';

export const EXPLANATION_STATES = ['in step', 'on its way', 'set aside', 'differs', 'unknown'] as const;

/** What became of one notification: its command, its row, and what lies between them. */
export const Explanation = z.object({
  transaction_id: z.string(),
  /** Null when a whole transaction is unknown. */
  created_at: z.nullable(z.number()),
  /**
   * `in step`: the row is what the command projects to, or both are gone. `on its way`: the command has changed, and the stream has not
   * brought it yet. `set aside`: quarantine holds it. `differs`: row and command do not agree, and nothing is on its way. `unknown`:
   * there is no trace of it.
   */
  state: z.enum(EXPLANATION_STATES),
  /** Behind `set aside` the code, behind `differs` what does; else null. */
  reason: z.nullable(z.string()),
  command: z.nullable(ShownItem),
  row: z.nullable(ShownItem),
  /** The row's: the sequence number of the change that it shows. A removed row has one, too. */
  version: z.nullable(z.string()),
  /** How long the command's newest state has been waiting for its row, by the times that it tells, in milliseconds; null when nothing waits. */
  delay_ms: z.nullable(z.int()),
  /** The newest entries of this key. */
  quarantine: z.array(QuarantinedRecord),
  /** Attributes of the row, with what they should be and what they are, as text; null where there is none. */
  differences: z.array(
    z.object({
      field: z.string(),
      expected: z.nullable(z.string()),
      actual: z.nullable(z.string()),
    }),
  ),
  /** The command line that mends it, or that says more; null when there is nothing to do. */
  remedy: z.nullable(z.string()),
});
export type Explanation = z.infer<typeof Explanation>;
