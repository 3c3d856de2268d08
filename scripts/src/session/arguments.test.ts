import { describe, expect, it } from 'vitest';
import { count, instant, seconds, share, wholeNumber } from './arguments.ts';

describe('an argument', () => {
  it.each([
    [count, '1', 1],
    [wholeNumber, '0', 0],
    [seconds, '0.5', 0.5],
    [share, '1', 1],
    [instant, '1700000000000', 1_700_000_000_000],
    [instant, '2024-01-01', Date.UTC(2024, 0, 1)],
    [instant, '2024-01-01T01:00', Date.UTC(2024, 0, 1, 1)],
    [instant, '2024-01-01T01:00:00+01:00', Date.UTC(2024, 0, 1)],
  ])('%o takes %s', (parse, text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    [count, '0'],
    [count, ''],
    [count, '1.5'],
    [wholeNumber, '-1'],
    [seconds, 'soon'],
    [share, '1.1'],
    [instant, 'yesterday'],
  ])('%o refuses %j', (parse, text) => {
    expect(() => parse(text)).toThrow('It must be');
  });
});
