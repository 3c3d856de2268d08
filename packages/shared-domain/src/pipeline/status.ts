import * as z from 'zod/mini';
import { Timestamp } from '../record/vocabulary.ts';

/** How the pipeline does. Times are milliseconds since 1970. */
export const PipelineStatus = z.object({
  projections: z.array(
    z.object({
      /** The table that it fills. */
      name: z.string(),
      /** How far it is behind its stream, as far as its places tell; null as long as it has left none. */
      lag_ms: z.nullable(z.int()),
      /** Over the last minute. */
      records_per_s: z.nullable(z.number()),
      /** When the newest record was written that it has come to, to the second. */
      last_record_at: z.nullable(Timestamp),
      /** When it left its last place. */
      updated_at: z.nullable(Timestamp),
    }),
  ),
  /** What is set aside, by cause, the most frequent first. */
  quarantine: z.array(z.object({ code: z.string(), count: z.int() })),
  /** Whether that is all of it; a large quarantine is counted only so far. */
  quarantine_complete: z.boolean(),
  /** The rebuild of the read model that is under way; null when there is none. */
  rebuild: z.nullable(
    z.object({
      /** `filling`, `checking`, `switching`, `switched`, `rolling-back` or `rolled-back`. */
      phase: z.string(),
      /** The table that is built, and the one whose place it takes. */
      table: z.string(),
      replaces: z.string(),
      started_at: Timestamp,
      /** Commands that are in it. */
      filled: z.int(),
    }),
  ),
});
export type PipelineStatus = z.infer<typeof PipelineStatus>;
