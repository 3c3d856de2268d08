import { AppError, ID_RULE } from '@notify/shared-domain';
import * as z from 'zod/mini';
import {
  Delta,
  Email,
  EVENT_TYPES,
  type EventType,
  MAX_EMAIL_LENGTH,
  MAX_NAME_LENGTH,
  Name,
  UserId,
} from './vocabulary.ts';

const PAYLOADS = {
  USER_CREATED: z.object({ name: Name, email: Email }),
  USER_BALANCE: z.object({ delta: Delta }),
  USER_UPDATED: z.object({ name: z.optional(Name), email: z.optional(Email) }),
} as const;

/** The body of `POST /command`, before its payload is looked at. */
export const CommandRequest = z.object({
  user_id: UserId,
  event_type: z.enum(EVENT_TYPES),
  payload: z.record(z.string(), z.unknown()),
});

type CommandOf<T extends EventType> = T extends EventType
  ? {
      readonly user_id: string;
      readonly event_type: T;
      readonly payload: Readonly<z.output<(typeof PAYLOADS)[T]>>;
    }
  : never;

/** What someone wants to happen to a user, valid in itself. */
export type UserCommand = CommandOf<EventType>;

const RULES: Readonly<Record<string, string>> = {
  user_id: ID_RULE,
  event_type: `one of ${EVENT_TYPES.join(', ')}`,
  payload: 'an object',
  'payload.name': `text of 1 to ${MAX_NAME_LENGTH} characters, well-formed and not blank`,
  'payload.email': `an e-mail address of at most ${MAX_EMAIL_LENGTH} characters`,
  'payload.delta': 'a whole number that JavaScript holds exactly (a safe integer)',
};

/**
 * A command from a request body. Members that no command has are ignored.
 *
 * @throws AppError `REQUEST.BODY_INVALID`, `REQUEST.PARAMETER_MISSING` or `REQUEST.PARAMETER_INVALID`, naming the member
 */
export const parseCommand = (body: unknown): UserCommand => {
  if (!isObject(body))
    throw new AppError('REQUEST.BODY_INVALID', { detail: 'The body must be a JSON object.' });
  const { user_id, event_type, payload } = parse(CommandRequest, body, '');
  const parsed = parse<z.ZodMiniType>(PAYLOADS[event_type], payload, 'payload.') as UserCommand['payload'];
  if (event_type === 'USER_UPDATED' && Object.keys(parsed).length === 0) {
    throw new AppError('REQUEST.PARAMETER_MISSING', { detail: 'payload must have a name or an email.' });
  }
  return { user_id, event_type, payload: parsed } as UserCommand;
};

/** @throws AppError `REQUEST.PARAMETER_MISSING` or `REQUEST.PARAMETER_INVALID` */
export const parseUserId = (user_id: unknown): string =>
  parse(z.object({ user_id: UserId }), user_id === undefined ? {} : { user_id }, '').user_id;

const parse = <T extends z.ZodMiniType>(schema: T, input: object, prefix: string): z.output<T> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const member = String(parsed.error.issues[0]?.path[0]);
  const name = `${prefix}${member}`;
  if (Object.hasOwn(input, member)) {
    throw new AppError('REQUEST.PARAMETER_INVALID', { detail: `${name} must be ${RULES[name]}.` });
  }
  throw new AppError('REQUEST.PARAMETER_MISSING', { detail: `${name} is required: ${RULES[name]}.` });
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
