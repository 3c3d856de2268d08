import * as z from 'zod/mini';

/** The 200 body of `/health` and `/health/ready`, with the word that every generation's clients look for; when something is amiss the answer is a problem. */
export const Health = z.object({
  status: z.literal('healthy'),
  service: z.string(),
  /** What `/health/ready` found, by the name of the dependency. */
  checks: z.optional(z.record(z.string(), z.literal('ok'))),
});
export type Health = z.infer<typeof Health>;
