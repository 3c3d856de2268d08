import { describe, expect, it } from 'vitest';
import { matchesFilter } from './filter-pattern.ts';

describe('terms', () => {
  it.each([
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['', 'anything', true],
    ['one two', 'two one', true],
    ['one two', 'one', false],
    ['"one two"', 'two one', false],
    ['?one ?"two three"', 'has two three', true],
    ['?one ?"two three"', 'has two, three', false],
    ['one -two', 'one two', false],
    ['one -two', 'one', true],
  ])('%s of %s: %s', (pattern, message, expected) => {
    expect(matchesFilter(pattern, message)).toBe(expected);
  });
});

describe('fields of JSON', () => {
  const message = JSON.stringify({ level: 'ERROR', status: 503, error: { name: 'TimeoutError' } });
  it.each([
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = ERROR }', true],
    ['{ $.level = "E*" }', true],
    ['{ $.level != "ERROR" }', false],
    ['{ $.level >= 50 }', false],
    ['{ $.status >= 500 }', true],
    ['{ $.status = 503 }', true],
    ['{ $.status = "503" }', false],
    ['{ $.error.name = "TimeoutError" }', true],
    ['{ $.nothing = "x" }', false],
    ['{ $.nothing != "x" }', false],
    ['{ ($.level = "FATAL") || ($.level = "ERROR") }', true],
    ['{ ($.level = "ERROR") && ($.status < 500) }', false],
    ['{ $.status = 1 && $.status = 2 || $.level = "ERROR" }', true],
  ])('%s: %s', (pattern, expected) => {
    expect(matchesFilter(pattern, message)).toBe(expected);
    expect(matchesFilter(pattern, 'no JSON')).toBe(false);
  });

  it.each(['{ level = "ERROR" }', '{ $.level = "ERROR"', '{ ($.level = "ERROR" }', '{ $.a = 1 ; }'])(
    'refuses what it cannot read: %s',
    (pattern) => {
      expect(() => matchesFilter(pattern, message)).toThrow(SyntaxError);
    },
  );
});
