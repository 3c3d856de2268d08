import { describe, expect, it } from 'vitest';
import { balanceChanged, given, userCreated, userErased, userUpdated } from '../testing/index.ts';
import type { UserEvent } from './event.ts';
import { isPersonalType, leaveSealed, readEvent, schemaVersion, toPayload } from './stored-event.ts';
import { userDecider } from './user-decider.ts';

const seal = (text: string) => Buffer.from(text).toString('hex');
const unseal = (sealed: string) => Buffer.from(sealed, 'hex').toString();

const events = [userCreated(), balanceChanged(-5), userUpdated({ name: 'Bob' }), userErased()];

describe('an event', () => {
  it.each(events)('comes back as it was stored: %j', (event) => {
    const record = {
      type: event.type,
      schemaVersion: schemaVersion(event.type),
      payload: toPayload(event, seal),
    };
    expect(readEvent(record, unseal)).toStrictEqual(event);
    expect(JSON.stringify(record)).not.toMatch(/Alice|Bob/);
  });

  it('can be read without its personal data, which is then null', () => {
    const record = { type: 'USER_CREATED', schemaVersion: 2, payload: toPayload(userCreated(), seal) };
    expect(readEvent(record, leaveSealed)).toEqual({ type: 'USER_CREATED', name: null, email: null });
  });

  it('is stored in the schema of today, and without what is not said', () => {
    expect(events.map(({ type }) => schemaVersion(type))).toEqual([2, 1, 2, 1]);
    const renamed = { ...userUpdated({ name: 'Bob' }), email: undefined } as unknown as UserEvent;
    expect(toPayload(renamed, seal)).toStrictEqual({ name: { sealed: seal('Bob') } });
  });

  it('is personal when it says something of the person', () => {
    expect(events.map(({ type }) => isPersonalType(type))).toEqual([true, false, true, false]);
  });
});

// #region upcasters
describe('an event of an older schema', () => {
  it('still folds: the first documents stored names as plain text and no schema version', () => {
    const first = {
      type: 'USER_CREATED',
      schemaVersion: undefined,
      payload: { name: 'Alice', email: 'a@b.cd' },
    };
    const then = { type: 'USER_UPDATED', schemaVersion: 1, payload: { email: 'c@d.ef' } };
    const history = [first, then].map((record) => readEvent(record, unseal));
    expect(history).toEqual([
      userCreated({ name: 'Alice', email: 'a@b.cd' }),
      userUpdated({ email: 'c@d.ef' }),
    ]);
    given(userDecider, history).is({ status: 'active', balance: 0 });
  });
});
// #endregion upcasters

it.each<[object, string]>([
  [{ type: 'USER_RENAMED', payload: {} }, 'known type'],
  [{ type: 'toString', payload: {} }, 'known type'],
  [{ type: ['USER_ERASED'], payload: {} }, 'known type'],
  [{ type: 'USER_BALANCE', schemaVersion: 2, payload: { delta: 1 } }, 'schema version 2'],
  [{ type: 'USER_BALANCE', schemaVersion: 0, payload: { delta: 1 } }, 'schema version 0'],
  [{ type: 'USER_BALANCE', schemaVersion: 1.5, payload: { delta: 1 } }, 'schema version 1.5'],
  [{ type: 'USER_BALANCE', schemaVersion: 1 }, 'no payload'],
  [{ type: 'USER_BALANCE', schemaVersion: 1, payload: null }, 'no payload'],
  [{ type: 'USER_BALANCE', schemaVersion: 1, payload: { delta: 2 ** 53 } }, 'wrong at delta'],
  [{ type: 'USER_CREATED', schemaVersion: 1, payload: { name: 5, email: 'a@b.cd' } }, 'wrong at name'],
  [{ type: 'USER_CREATED', schemaVersion: 2, payload: { name: 'x' } }, 'wrong at name'],
])('cannot be read: %j', (record, detail) => {
  const read = () =>
    readEvent({ schemaVersion: undefined, payload: undefined, type: undefined, ...record }, unseal);
  let error: unknown;
  try {
    read();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'EVENT.UNREADABLE', detail: expect.stringContaining(detail) });
});
