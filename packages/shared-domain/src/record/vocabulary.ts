import * as z from 'zod/mini';

export const STATUSES = ['SENT', 'DELIVERED', 'FAILED'] as const;
export const Status = z.enum(STATUSES);
export type Status = z.infer<typeof Status>;

export const PLATFORMS = ['IOS', 'ANDROID', 'WEBPUSH'] as const;
export const Platform = z.enum(PLATFORMS);
export type Platform = z.infer<typeof Platform>;

/** Text that means the same to everyone: in UTF-8 a lone surrogate becomes another character, and so two ids one. */
export const WellFormedText = z.string().check(({ value, issues }) => {
  if (!value.isWellFormed()) issues.push({ code: 'custom', input: value });
});
/** Text that says something; a blank parameter counts as missing at API Gateway. */
export const Text = WellFormedText.check(z.regex(/\S/));

/** Identifiers are keys of tables and indexes (at most 1,024 bytes of UTF-8) and parameters of the API. */
export const MAX_ID_LENGTH = 256;
export const Id = Text.check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));
/** How {@link Id} is said to who broke it. */
export const ID_RULE = `text of 1 to ${MAX_ID_LENGTH} characters, well-formed and not blank`;

/** Milliseconds since 1970, UTC. */
export const Timestamp = z.int().check(z.nonnegative());
