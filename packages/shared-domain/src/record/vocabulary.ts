import * as z from 'zod/mini';

export const STATUSES = ['SENT', 'DELIVERED', 'FAILED'] as const;
export const Status = z.enum(STATUSES);
export type Status = z.infer<typeof Status>;

export const PLATFORMS = ['IOS', 'ANDROID', 'WEBPUSH'] as const;
export const Platform = z.enum(PLATFORMS);
export type Platform = z.infer<typeof Platform>;

/** One check of all that a text has to be, which costs a third of one for each; what it asks for is told to the API's description. */
const textThat = (holds: (text: string) => boolean, told: Readonly<Record<string, unknown>> = {}) =>
  z
    .string()
    .check(({ value, issues }) => {
      if (!holds(value)) issues.push({ code: 'custom', input: value });
    })
    .register(z.globalRegistry, told);

const SAYS_SOMETHING = /\S/;
const saysSomething = (text: string): boolean => text.isWellFormed() && SAYS_SOMETHING.test(text);

/** Text that means the same to everyone: in UTF-8 a lone surrogate becomes another character, and so two ids one. */
export const WellFormedText = textThat((text) => text.isWellFormed());
/** Text that says something; a blank parameter counts as missing at API Gateway. */
export const Text = textThat(saysSomething, { pattern: SAYS_SOMETHING.source });

/** Identifiers are keys of tables and indexes (at most 1,024 bytes of UTF-8) and parameters of the API. */
export const MAX_ID_LENGTH = 256;
export const Id = textThat((text) => text.length <= MAX_ID_LENGTH && saysSomething(text), {
  minLength: 1,
  maxLength: MAX_ID_LENGTH,
  pattern: SAYS_SOMETHING.source,
});
/** How {@link Id} is said to who broke it. */
export const ID_RULE = `text of 1 to ${MAX_ID_LENGTH} characters, well-formed and not blank`;

/** Milliseconds since 1970, UTC. */
export const Timestamp = z.int().check(z.nonnegative());
