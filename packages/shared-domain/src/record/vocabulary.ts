import * as z from 'zod/mini';

export const STATUSES = ['SENT', 'DELIVERED', 'FAILED'] as const;
export const Status = z.enum(STATUSES);
export type Status = z.infer<typeof Status>;

export const PLATFORMS = ['IOS', 'ANDROID', 'WEBPUSH'] as const;
export const Platform = z.enum(PLATFORMS);
export type Platform = z.infer<typeof Platform>;

/** Identifiers are keys of tables and indexes (at most 1,024 bytes of UTF-8) and parameters of the API. */
export const MAX_ID_LENGTH = 256;
export const Id = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));

/** Milliseconds since 1970, UTC. */
export const Timestamp = z.int().check(z.nonnegative());
