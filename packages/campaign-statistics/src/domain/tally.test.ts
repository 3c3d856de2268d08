import { describe, expect, it } from 'vitest';
import {
  add,
  breakDown,
  type Counts,
  count,
  difference,
  greatest,
  least,
  MAX_REASONS,
  sum,
  type Tally,
} from './tally.ts';

const tallyOf = (counts: Record<string, number>): Tally => new Map(Object.entries(counts));
const counts = (tally: Record<string, number>, first?: number, last?: number): Counts => ({
  tally: tallyOf(tally),
  firstCreatedAt: first,
  lastCreatedAt: last,
});
const failed = {
  marketingId: 'spring',
  status: 'FAILED',
  platform: 'IOS',
  reason: 'gone away',
  hour: { month: '2026-11', name: '24T13' },
  createdAt: 1,
} as const;

describe('a tally', () => {
  it('counts a notification by status and platform, by hour, and by reason', () => {
    const tally: Tally = new Map();
    count(tally, failed, 1);
    count(tally, failed, 1);
    count(tally, { ...failed, status: 'SENT', reason: undefined }, 1);
    expect(Object.fromEntries(tally)).toEqual({
      's IOS FAILED': 2,
      's IOS SENT': 1,
      'h 24T13': 3,
      'r IOS gone away': 2,
    });
  });

  it('forgets what is 0 again, but never the place of a reason', () => {
    const tally: Tally = new Map();
    count(tally, failed, 1);
    count(tally, failed, -1);
    expect(Object.fromEntries(tally)).toEqual({ 'r IOS gone away': 0 });
    count(tally, failed, -1);
    expect(tally.get('s IOS FAILED')).toBe(-1);
  });

  it('counts reasons for which there is no room with the others of their platform', () => {
    const tally: Tally = new Map();
    for (let i = 0; i < MAX_REASONS; i++) add(tally, `r IOS reason ${i}`, 1);
    expect([...tally.keys()].filter((name) => name.startsWith('r '))).toHaveLength(MAX_REASONS);
    add(tally, 'r ANDROID one more', 2);
    add(tally, 'r IOS one more', 1);
    add(tally, 'r IOS reason 7', -1);
    add(tally, 's IOS FAILED', 5);
    expect(tally.get('o ANDROID')).toBe(2);
    expect(tally.get('o IOS')).toBe(1);
    expect(tally.get('r IOS reason 7')).toBe(0);
    expect(tally.get('s IOS FAILED')).toBe(5);
    expect(tally.has('r ANDROID one more')).toBe(false);
    add(tally, 'r ANDROID one more', -2);
    expect(tally.has('o ANDROID')).toBe(false);
  });
});

describe('two counts', () => {
  it('are added, and their times span both', () => {
    const [a, b] = [counts({ x: 1, y: 2 }, 5, 6), counts({ y: -2, z: 3 }, 2, 9)];
    expect(sum(a, b)).toEqual(counts({ x: 1, z: 3 }, 2, 9));
    expect(sum(a, counts({}))).toEqual(a);
    expect(a).toEqual(counts({ x: 1, y: 2 }, 5, 6));
  });

  it('differ by what makes the one of the other', () => {
    const [a, b] = [counts({ x: 1, y: 2 }, 5, 6), counts({ y: 2, z: 3 }, 2, 9)];
    expect(difference(a, b)).toEqual(counts({ x: 1, z: -3 }, 5, 6));
    expect(sum(b, difference(a, b)).tally).toEqual(a.tally);
  });

  it('have a first and a last time as soon as one of them has', () => {
    expect([least(undefined, 1), least(1, undefined), least(2, 1), least(undefined, undefined)]).toEqual([
      1,
      1,
      1,
      undefined,
    ]);
    expect([
      greatest(undefined, 1),
      greatest(1, undefined),
      greatest(2, 1),
      greatest(undefined, undefined),
    ]).toEqual([1, 1, 2, undefined]);
  });
});

describe('the breakdown of a tally', () => {
  it('has every status and platform, and what is not 0 of everything else', () => {
    const tally = tallyOf({
      's IOS SENT': 1,
      's IOS FAILED': 2,
      's WEBPUSH FAILED': 4,
      'h 24T13': 7,
      'r IOS gone away': 2,
      'r WEBPUSH gone': 3,
      'r WEBPUSH back again': 0,
      'o WEBPUSH': 1,
    });
    expect(breakDown(tally)).toEqual({
      byStatus: { SENT: 1, DELIVERED: 0, FAILED: 6 },
      byPlatform: { IOS: 3, ANDROID: 0, WEBPUSH: 4 },
      reasons: [
        { reason: 'gone away', platform: 'IOS', count: 2 },
        { reason: 'gone', platform: 'WEBPUSH', count: 3 },
      ],
      other: { IOS: 0, ANDROID: 0, WEBPUSH: 1 },
      hours: new Map([['24T13', 7]]),
    });
  });

  it('takes a reason below 0 from the others, where it was counted', () => {
    expect(breakDown(tallyOf({ 'r IOS late': -1, 'o IOS': 3 }))).toMatchObject({
      reasons: [],
      other: { IOS: 2, ANDROID: 0, WEBPUSH: 0 },
    });
  });
});
