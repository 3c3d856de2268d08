import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAppError } from '../errors/app-error.ts';
import { parseQuery, parseQueryParameters, parseQueryType } from './parse-query.ts';
import { type NotificationQuery, QUERY_TYPES, toQueryParameters } from './query.ts';

const refusal = (parse: () => unknown) => {
  try {
    return parse();
  } catch (error) {
    const { code, detail } = toAppError(error);
    return `${code}: ${detail}`;
  }
};

describe('parseQuery', () => {
  it('fills in the newest hundred', () => {
    expect(parseQuery('user', { user_id: 'u' })).toEqual({
      query_type: 'user',
      user_id: 'u',
      limit: 100,
      order: 'desc',
    });
  });

  it('ignores members it does not know', () => {
    expect(parseQuery('fail', { page: 3 })).not.toHaveProperty('page');
  });

  it.each([
    [
      'user',
      {},
      'REQUEST.PARAMETER_MISSING: user_id is required: text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'failures',
      {},
      'REQUEST.PARAMETER_MISSING: transaction_id is required: text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'user',
      { user_id: '' },
      'REQUEST.PARAMETER_INVALID: user_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'user',
      { user_id: ' \t' },
      'REQUEST.PARAMETER_INVALID: user_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'user',
      { user_id: '\ud800X' },
      'REQUEST.PARAMETER_INVALID: user_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'user',
      { user_id: 5 },
      'REQUEST.PARAMETER_INVALID: user_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'user',
      { user_id: 'x'.repeat(257) },
      'REQUEST.PARAMETER_INVALID: user_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    [
      'fail',
      { transaction_id: '' },
      'REQUEST.PARAMETER_INVALID: transaction_id must be text of 1 to 256 characters, well-formed and not blank.',
    ],
    ['fail', { limit: 0 }, 'REQUEST.PARAMETER_INVALID: limit must be a whole number from 1 to 1000.'],
    ['fail', { limit: 1001 }, 'REQUEST.PARAMETER_INVALID: limit must be a whole number from 1 to 1000.'],
    ['fail', { limit: '5' }, 'REQUEST.PARAMETER_INVALID: limit must be a whole number from 1 to 1000.'],
    ['fail', { order: 'up' }, 'REQUEST.PARAMETER_INVALID: order must be one of desc, asc.'],
    [
      'fail',
      { platform: 'ios' },
      'REQUEST.PARAMETER_INVALID: platform must be one of IOS, ANDROID, WEBPUSH.',
    ],
    [
      'user',
      { user_id: 'u', status: 'OK' },
      'REQUEST.PARAMETER_INVALID: status must be one of SENT, DELIVERED, FAILED.',
    ],
    [
      'fail',
      { from: 'yesterday' },
      'REQUEST.PARAMETER_INVALID: from must be milliseconds since 1970 or a date and time in ISO 8601.',
    ],
    [
      'fail',
      { to: '2024-13-01' },
      'REQUEST.PARAMETER_INVALID: to must be milliseconds since 1970 or a date and time in ISO 8601.',
    ],
    ...[
      'Mon 2024-01-01',
      '2024-01-01 10:00',
      '1 Jan 2024',
      '1969-12-31',
      '2024-02-30',
      '2023-02-29T10:00:00Z',
      '2024-04-31T10:00+05:00',
      '',
      ' 5',
      '-5',
      '99999999999999999',
    ].map(
      (to) =>
        [
          'fail',
          { to },
          'REQUEST.PARAMETER_INVALID: to must be milliseconds since 1970 or a date and time in ISO 8601.',
        ] as const,
    ),
    ['fail', { from: 2, to: 2 }, 'REQUEST.PARAMETER_INVALID: from must be earlier than to.'],
    [
      'fail',
      { cursor: '' },
      'REQUEST.PARAMETER_INVALID: cursor must be the next_cursor of an earlier page, at most 3072 characters.',
    ],
    [
      'fail',
      { cursor: 'x'.repeat(3073) },
      'REQUEST.PARAMETER_INVALID: cursor must be the next_cursor of an earlier page, at most 3072 characters.',
    ],
    ['fail', [], 'REQUEST.BODY_INVALID: The body must be a JSON object.'],
    ['fail', null, 'REQUEST.BODY_INVALID: The body must be a JSON object.'],
    ['fail', 'text', 'REQUEST.BODY_INVALID: The body must be a JSON object.'],
  ] as const)('refuses %s %j', (type, input, expected) => {
    expect(refusal(() => parseQuery(type, input))).toBe(expected);
  });

  it.each([
    [1_704_067_200_000, 1_704_067_200_000],
    ['1704067200000', 1_704_067_200_000],
    ['2024-01-01', 1_704_067_200_000],
    ['2024-01-01T00:00', 1_704_067_200_000],
    ['2024-01-01T00:00:00.5', 1_704_067_200_500],
    ['2024-01-01T00:00:00', 1_704_067_200_000],
    ['2024-01-01T08:00:00+08:00', 1_704_067_200_000],
    ['2024-01-01T08:00+0800', 1_704_067_200_000],
    ['2023-12-31T19:00:00.123456789-05:00', 1_704_067_200_123],
    ['1970-01-01', 0],
    ['2024-01-01T00:00:00.000Z', 1_704_067_200_000],
  ])('takes the time %s, which is UTC unless it says otherwise', (from, ms) => {
    expect(parseQuery('fail', { from }).from).toBe(ms);
  });
});

it('takes a range that is open at either end, and one that ends where time begins', () => {
  expect(parseQuery('fail', { from: 5 })).toMatchObject({ from: 5 });
  expect(parseQuery('fail', { to: 5 })).toMatchObject({ to: 5 });
  expect(parseQuery('fail', { to: 0 })).toMatchObject({ to: 0 });
  expect(parseQuery('fail', { from: 1, to: 2 })).toMatchObject({ from: 1, to: 2 });
});

describe('parseQueryParameters', () => {
  it('refuses a list for a limit', () => {
    expect(refusal(() => parseQueryParameters('fail', { limit: ['5'] }))).toMatch(
      /^REQUEST.PARAMETER_INVALID/,
    );
  });

  it('takes a limit as text', () => {
    expect(parseQueryParameters('fail', { limit: '5' }).limit).toBe(5);
  });

  it.each(['', 'five', '5.5', '1e2', ' 5', '-1', '0', '99999999999999999999'])(
    'refuses the limit %j',
    (limit) => {
      expect(refusal(() => parseQueryParameters('fail', { limit }))).toBe(
        'REQUEST.PARAMETER_INVALID: limit must be a whole number from 1 to 1000.',
      );
    },
  );

  it('reads what toQueryParameters writes', () => {
    const id = fc.string({ minLength: 1, maxLength: 256 });
    const input = fc.record(
      {
        user_id: id,
        marketing_id: id,
        transaction_id: id,
        sns_id: id,
        limit: fc.integer({ min: 1, max: 1000 }),
        order: fc.constantFrom('asc', 'desc'),
        status: fc.constantFrom('SENT', 'FAILED'),
        from: fc.nat(),
        to: fc.integer({ min: 2 ** 31, max: 2 ** 32 }),
      },
      { requiredKeys: ['user_id', 'marketing_id', 'transaction_id', 'sns_id'] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...QUERY_TYPES), input, (type, fields) => {
        const query: NotificationQuery = parseQuery(type, fields);
        const parameters = new URLSearchParams(toQueryParameters(query).toString());
        expect(parseQueryParameters(type, Object.fromEntries(parameters))).toEqual(query);
      }),
      { seed: 1 },
    );
  });
});

it('toQueryParameters leaves out what is undefined', () => {
  const query = { ...parseQuery('user', { user_id: 'u' }), status: undefined };
  expect(toQueryParameters(query as unknown as NotificationQuery).toString()).toBe(
    'user_id=u&limit=100&order=desc',
  );
});

describe('parseQueryType', () => {
  it('takes each type and nothing else', () => {
    expect(QUERY_TYPES.map(parseQueryType)).toEqual(QUERY_TYPES);
    expect(parseQueryType('tx')).toBe('transaction');
    for (const other of ['users', 'toString', '', undefined, 5, ['user']]) {
      expect(refusal(() => parseQueryType(other))).toBe(
        'REQUEST.PARAMETER_INVALID: query_type must be one of user, marketing, failures, transaction, fail, sns.',
      );
    }
  });
});
