import { AppError } from '@notify/shared-domain';
import { describe, expect, it } from 'vitest';
import { changeBalance, createUser, updateUser } from '../testing/index.ts';
import { parseCommand, parseUserId } from './command.ts';
import { fromSequence, parseAtLeast, toSequence } from './sequence.ts';

const codeOf = (action: () => unknown): [string, string] => {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.detail];
  }
  return ['none', ''];
};

describe('parseCommand', () => {
  it.each([
    createUser(),
    changeBalance(-5),
    updateUser({ name: 'Bob' }),
    updateUser({ email: "o'b@c.de" }),
    updateUser({ email: 'a@mail.b.c' }),
  ])('takes %j as it is', (command) =>
    expect(parseCommand(JSON.parse(JSON.stringify(command)))).toEqual(command),
  );

  it('leaves out what no command has, and the sign of zero', () => {
    const command = parseCommand({ ...changeBalance(-0), extra: 1, payload: { delta: -0, name: 'x' } });
    expect(command).toStrictEqual(changeBalance(0));
  });

  const bad = (change: object) => ({ ...createUser(), ...change });
  const balance = (delta: unknown) => ({ ...changeBalance(0), payload: { delta } });
  it.each<[unknown, string, RegExp]>([
    [null, 'REQUEST.BODY_INVALID', /object/],
    [[], 'REQUEST.BODY_INVALID', /object/],
    ['text', 'REQUEST.BODY_INVALID', /object/],
    [{}, 'REQUEST.PARAMETER_MISSING', /user_id/],
    [bad({ user_id: '' }), 'REQUEST.PARAMETER_INVALID', /user_id/],
    [bad({ user_id: 'x'.repeat(257) }), 'REQUEST.PARAMETER_INVALID', /user_id .*256/],
    [bad({ user_id: ' \t' }), 'REQUEST.PARAMETER_INVALID', /user_id .*not blank/],
    [bad({ user_id: '\ud800X' }), 'REQUEST.PARAMETER_INVALID', /user_id .*well-formed/],
    [
      bad({ payload: { name: 'A\udfff', email: 'a@b.cd' } }),
      'REQUEST.PARAMETER_INVALID',
      /name .*well-formed/,
    ],
    [bad({ user_id: 7 }), 'REQUEST.PARAMETER_INVALID', /user_id/],
    [
      bad({ event_type: 'USER_DELETED' }),
      'REQUEST.PARAMETER_INVALID',
      /event_type must be one of USER_CREATED, USER_BALANCE, USER_UPDATED\./,
    ],
    [bad({ event_type: 'USER_ERASED' }), 'REQUEST.PARAMETER_INVALID', /event_type/],
    [{ user_id: 'u', event_type: 'USER_CREATED' }, 'REQUEST.PARAMETER_MISSING', /payload/],
    [bad({ payload: [] }), 'REQUEST.PARAMETER_INVALID', /payload must be an object\./],
    [bad({ payload: null }), 'REQUEST.PARAMETER_INVALID', /payload/],
    [bad({ payload: { email: 'a@b.cd' } }), 'REQUEST.PARAMETER_MISSING', /payload.name/],
    [
      bad({ payload: { name: ' ', email: 'a@b.cd' } }),
      'REQUEST.PARAMETER_INVALID',
      /payload.name must .* not blank/,
    ],
    [
      bad({ payload: { name: 'x'.repeat(257), email: 'a@b.cd' } }),
      'REQUEST.PARAMETER_INVALID',
      /payload.name/,
    ],
    [
      bad({ payload: { name: 'A', email: 'a@b' } }),
      'REQUEST.PARAMETER_INVALID',
      /payload.email must be an e-mail/,
    ],
    [bad({ payload: { name: 'A', email: 'x a@b.cd' } }), 'REQUEST.PARAMETER_INVALID', /payload.email/],
    [bad({ payload: { name: 'A', email: 'a@b.cd x' } }), 'REQUEST.PARAMETER_INVALID', /payload.email/],
    [bad({ payload: { name: 'A', email: `${'a'.repeat(250)}@b.cd` } }), 'REQUEST.PARAMETER_INVALID', /email/],
    [{ ...updateUser({}), payload: {} }, 'REQUEST.PARAMETER_MISSING', /name or an email/],
    [balance(undefined), 'REQUEST.PARAMETER_INVALID', /payload.delta/],
    [{ ...changeBalance(0), payload: {} }, 'REQUEST.PARAMETER_MISSING', /payload.delta/],
    [balance('5'), 'REQUEST.PARAMETER_INVALID', /payload.delta/],
    [balance(0.5), 'REQUEST.PARAMETER_INVALID', /payload.delta/],
    [balance(2 ** 53), 'REQUEST.PARAMETER_INVALID', /safe integer/],
    [balance(null), 'REQUEST.PARAMETER_INVALID', /payload.delta/],
  ])('refuses %j with %s', (body, code, detail) => {
    const [found, text] = codeOf(() => parseCommand(body));
    expect(found).toBe(code);
    expect(text).toMatch(detail);
  });
});

it('takes a user id from a parameter', () => {
  expect(parseUserId('user-001')).toBe('user-001');
  expect(codeOf(() => parseUserId(undefined))).toEqual([
    'REQUEST.PARAMETER_MISSING',
    'user_id is required: text of 1 to 256 characters, well-formed and not blank.',
  ]);
  expect(parseUserId('💬')).toBe('💬');
  for (const wrong of ['', ' ', '\ud800X', 'X\udfff', '\udfff\ud800'])
    expect(codeOf(() => parseUserId(wrong))[0]).toBe('REQUEST.PARAMETER_INVALID');
});

describe('a sequence', () => {
  it('is a version whose texts are in the order of the numbers', () => {
    expect(toSequence(42)).toBe('00000000000000000042');
    expect(fromSequence(toSequence(42))).toBe(42);
    expect(toSequence(9) < toSequence(10)).toBe(true);
  });

  it.each([
    '',
    '42',
    '0'.repeat(20),
    '9'.repeat(20),
    ` ${toSequence(7)}`,
    `${toSequence(7)} `,
    '550e8400-e29b-41d4-a716-446655440000',
    42,
    [toSequence(7)],
  ])('is not %j', (sequence) => expect(fromSequence(sequence)).toBeUndefined());

  it('can be asked for with or without zeros', () => {
    expect(parseAtLeast(undefined)).toBe(0);
    expect(parseAtLeast('7')).toBe(7);
    expect(parseAtLeast(toSequence(7))).toBe(7);
    for (const wrong of ['', '-1', 'x', '1.5', '7 ', ' 7', '9'.repeat(20), '0'.repeat(21)]) {
      expect(codeOf(() => parseAtLeast(wrong))).toEqual([
        'REQUEST.PARAMETER_INVALID',
        'at_least must be the sequence of an earlier answer: 1 to 20 digits.',
      ]);
    }
  });
});
