import { AppError } from '@notify/shared-domain';
import * as z from 'zod/mini';
import type { Personal, UserEvent } from './event.ts';

/** Personal data as events hold it: sealed with the user's key, or plain in events from before there were keys. */
const PersonalField = z.union([z.object({ sealed: z.string() }), z.object({ plain: z.string() })]);
type PersonalField = z.output<typeof PersonalField>;

type Payload = Readonly<Record<string, unknown>>;
type Upcaster = (payload: Payload) => Payload;

interface EventSchema {
  readonly payload: z.ZodMiniType<Payload>;
  /** The i-th makes a payload of schema version i + 1 one of version i + 2; the version written today comes after the last. */
  readonly upcasters: readonly Upcaster[];
}

/** Version 1, of the first documents, held names and addresses as plain text. */
const sealable: Upcaster = (payload) =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      typeof value === 'string' ? { plain: value } : value,
    ]),
  );

// #region schemas
const SCHEMAS = {
  USER_CREATED: {
    payload: z.object({ name: PersonalField, email: PersonalField }),
    upcasters: [sealable],
  },
  USER_UPDATED: {
    payload: z.object({ name: z.optional(PersonalField), email: z.optional(PersonalField) }),
    upcasters: [sealable],
  },
  USER_BALANCE: { payload: z.object({ delta: z.int() }), upcasters: [] },
  USER_ERASED: { payload: z.object({}), upcasters: [] },
} as const satisfies Record<UserEvent['type'], EventSchema>;
// #endregion schemas

/** The schema version in which events of this type are written. */
export const schemaVersion = (type: UserEvent['type']): number => SCHEMAS[type].upcasters.length + 1;

/** An event as it was stored, by whatever version of this code. */
export interface EventRecord {
  readonly type: unknown;
  /** Undefined stands for 1: the first documents' events had none. */
  readonly schemaVersion: unknown;
  readonly payload: unknown;
}

/** Gives the text behind sealed personal data; null when it is forgotten. */
export type Unseal = (sealed: string) => Personal;

/** For those who need no personal data to do what they do. */
export const leaveSealed: Unseal = () => null;

/**
 * The event that a record stands for, brought up to today's schema.
 *
 * @throws AppError `EVENT.UNREADABLE`: no known type, a schema version from the future, or a payload that is not of its schema
 */
export const readEvent = (record: EventRecord, unseal: Unseal): UserEvent => {
  const { type, schemaVersion: version = 1, payload } = record;
  if (!isEventType(type)) throw unreadable('The event has no known type.');
  const { upcasters, payload: schema }: EventSchema = SCHEMAS[type];
  if (!Number.isInteger(version) || Number(version) < 1 || Number(version) > upcasters.length + 1) {
    throw unreadable(`${type} has no schema version ${version}.`);
  }
  if (typeof payload !== 'object' || payload === null) throw unreadable(`${type} has no payload.`);
  const current = upcasters
    .slice(Number(version) - 1)
    .reduce<Payload>((older, upcast) => upcast(older), payload as Payload);
  const parsed = schema.safeParse(current);
  if (!parsed.success) {
    throw unreadable(`The payload of ${type} is wrong at ${parsed.error.issues[0]?.path.join('.')}.`);
  }
  return { type, ...opened(parsed.data, unseal) } as UserEvent;
};

const isEventType = (type: unknown): type is UserEvent['type'] =>
  typeof type === 'string' && Object.hasOwn(SCHEMAS, type);

const opened = (payload: Payload, unseal: Unseal): Payload => {
  const open = (field: PersonalField) => ('sealed' in field ? unseal(field.sealed) : field.plain);
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      typeof value === 'object' ? open(value as PersonalField) : value,
    ]),
  );
};

/** The payload under which an event is stored today. */
export const toPayload = (event: UserEvent, seal: (text: string) => string): Payload => {
  const { type: _, ...members } = event;
  const payload: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) payload[name] = typeof value === 'string' ? { sealed: seal(value) } : value;
  }
  return payload;
};

/** Whether events of this type hold personal data and so need the user's key. */
export const isPersonalType = (type: unknown): boolean => type === 'USER_CREATED' || type === 'USER_UPDATED';

const unreadable = (detail: string) => new AppError('EVENT.UNREADABLE', { detail });
