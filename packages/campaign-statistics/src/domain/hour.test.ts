import { expect, it } from 'vitest';
import { hourOf, isoHour } from './hour.ts';

it.each([
  [0, '1970-01', '01T00', '1970-01-01T00:00:00Z'],
  [Date.UTC(2026, 10, 30, 22, 59, 59, 999), '2026-11', '30T22', '2026-11-30T22:00:00Z'],
  [Date.UTC(2026, 10, 30, 23), '2026-11', '30T23', '2026-11-30T23:00:00Z'],
  [Date.UTC(10_000, 0, 1), '+010000-01', '01T00', '+010000-01-01T00:00:00Z'],
  [8.64e15, '+275760-09', '13T00', '+275760-09-13T00:00:00Z'],
  [Number.MAX_SAFE_INTEGER, '+275760-09', '13T00', '+275760-09-13T00:00:00Z'],
])('%i is in %s, %s', (time, month, name, iso) => {
  expect(hourOf(time)).toEqual({ month, name });
  expect(isoHour(hourOf(time))).toBe(iso);
});

it('is one hour for all times of it, however many hours were asked for', () => {
  for (let hour = 0; hour < 2_500; hour++) {
    expect(isoHour(hourOf(hour * 3_600_000 + 1))).toBe(
      new Date(hour * 3_600_000).toISOString().replace('.000', ''),
    );
  }
  expect(hourOf(5)).toBe(hourOf(6));
});
