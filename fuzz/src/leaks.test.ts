import { describe, expect, it } from 'vitest';
import { leakIn, privateTextIn } from './leaks.ts';

describe('an answer tells of the inside', () => {
  it.each([
    'TypeError: Cannot read properties of undefined',
    'at handler (file:///var/task/handler.mjs:12:7)',
    'connect ECONNREFUSED 127.0.0.1:4566',
    'arn:aws:dynamodb:us-east-1:000000000000:table/x',
    'Requested resource not found: Table: notification-records not found',
  ])('%s', (text) => expect(leakIn(text)).toBeDefined());

  it('and not when it only says what was wrong', () => {
    expect(
      leakIn('{"code":"REQUEST.PARAMETER_INVALID","detail":"limit must be a whole number"}'),
    ).toBeUndefined();
  });
});

describe('a log line holds what belongs to a person', () => {
  it('as it was given, and as JSON writes it', () => {
    const lines = ['{"token":"abcdef123"}', '{"payload":"{\\"body\\":\\"hello\\"}"}', 'nothing'];
    const found = privateTextIn(lines, ['abcdef123', '{"body":"hello"}', 'absent!']);
    expect(found.map(({ line }) => line)).toEqual(lines.slice(0, 2));
  });

  it('when it is an address, whoever gave it', () => {
    expect(privateTextIn(['user alice@example.com created'], [])).toHaveLength(1);
  });

  it('but a short text says nothing', () => {
    expect(privateTextIn(['status 200'], ['200', ''])).toEqual([]);
  });
});
