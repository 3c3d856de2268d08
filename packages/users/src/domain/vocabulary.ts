import { Id, Text } from '@notify/shared-domain';
import * as z from 'zod/mini';

export const EVENT_TYPES = ['USER_CREATED', 'USER_BALANCE', 'USER_UPDATED'] as const;
/** What a client can ask for. `USER_ERASED`, which only an operator brings about, is none of them. */
export type EventType = (typeof EVENT_TYPES)[number];

export const MAX_NAME_LENGTH = 256;
/** RFC 5321, section 4.5.3.1.3: a path has 256 octets, the angle brackets among them. */
export const MAX_EMAIL_LENGTH = 254;

/** The part that HTML's e-mail inputs take: what people call an address, without the comments and quotes of RFC 5322. */
const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;

export const UserId = Id;
export const Name = Text.check(z.minLength(1), z.maxLength(MAX_NAME_LENGTH));
export const Email = z.string().check(z.minLength(3), z.maxLength(MAX_EMAIL_LENGTH), z.regex(EMAIL));
/** A safe integer; minus zero is zero. */
export const Delta = z.pipe(
  z.int(),
  z.transform((delta: number) => delta + 0),
);
