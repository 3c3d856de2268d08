import { TOP_REASONS } from '@notify/shared-domain';
import { expect, it } from 'vitest';
import { EMPTY_PART, type Part } from './part.ts';
import { toStatistics } from './statistics.ts';

const stored = (month: string, shard: string, tally: Record<string, number>, times: Partial<Part> = {}) => ({
  key: { marketingId: 'spring', month, shard },
  part: { ...EMPTY_PART, ...times, tally: new Map(Object.entries(tally)) },
});

it('adds up months and shards, in which a count may be below 0', () => {
  const parts = [
    stored('+010000-01', 'a', { 's IOS SENT': 1, 'h 01T00': 1 }),
    stored(
      '2026-12',
      'a',
      { 's IOS SENT': 3, 'h 02T00': 2, 'h 01T10': 1 },
      { firstCreatedAt: 7, lastCreatedAt: 9, updatedAt: 10 },
    ),
    stored(
      '2026-11',
      'a',
      { 's IOS SENT': -1, 's ANDROID FAILED': 2, 'h 24T13': 1, 'r ANDROID late': 2 },
      { firstCreatedAt: 5, lastCreatedAt: 6, updatedAt: 12 },
    ),
    stored('2026-11', 'b', { 's IOS SENT': 1, 's WEBPUSH DELIVERED': 1, 'h 24T13': 2 }),
  ];
  expect(toStatistics('spring', parts)).toEqual({
    marketing_id: 'spring',
    total: 7,
    by_status: { SENT: 4, DELIVERED: 1, FAILED: 2 },
    by_platform: { IOS: 4, ANDROID: 2, WEBPUSH: 1 },
    first_created_at: 5,
    last_created_at: 9,
    updated_at: 12,
    failures: [{ reason: 'late', platform: 'ANDROID', count: 2 }],
    by_hour: [
      { hour: '2026-11-24T13:00:00Z', count: 3 },
      { hour: '2026-12-01T10:00:00Z', count: 1 },
      { hour: '2026-12-02T00:00:00Z', count: 2 },
      { hour: '+010000-01-01T00:00:00Z', count: 1 },
    ],
  });
});

it('knows nothing of a campaign without parts', () => {
  expect(toStatistics('spring', [])).toMatchObject({
    total: 0,
    by_status: { SENT: 0, DELIVERED: 0, FAILED: 0 },
    first_created_at: null,
    last_created_at: null,
    updated_at: null,
    failures: [],
    by_hour: [],
  });
});

it('tells the most frequent reasons apart, over all months, and counts the rest together by platform', () => {
  const reasons = Array.from({ length: TOP_REASONS + 2 }, (_, i) => [`r IOS reason ${i}`, 10 + i] as const);
  const { failures } = toStatistics('spring', [
    stored('2026-11', 'a', { ...Object.fromEntries(reasons), 'o IOS': 5, 'r ANDROID last': 1 }),
    stored('2026-12', 'a', { 'r IOS reason 0': 100, 'o WEBPUSH': 1 }),
  ]);
  expect(failures).toHaveLength(TOP_REASONS + 3);
  expect(failures[0]).toEqual({ reason: 'reason 0', platform: 'IOS', count: 110 });
  expect(failures[1]).toEqual({ reason: 'reason 21', platform: 'IOS', count: 31 });
  expect(failures.slice(-3)).toEqual([
    { reason: 'other', platform: 'IOS', count: 11 + 12 + 5 },
    { reason: 'other', platform: 'ANDROID', count: 1 },
    { reason: 'other', platform: 'WEBPUSH', count: 1 },
  ]);
});

it('orders equally frequent reasons by their names', () => {
  const { failures } = toStatistics('spring', [
    stored('2026-11', 'a', { 'r IOS b': 1, 'r WEBPUSH a': 1, 'r ANDROID a': 1 }),
  ]);
  expect(failures.map(({ reason, platform }) => `${reason} ${platform}`)).toEqual([
    'a ANDROID',
    'a WEBPUSH',
    'b IOS',
  ]);
});
