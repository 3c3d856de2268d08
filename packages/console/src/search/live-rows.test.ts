import { expect, test } from 'vitest';
import type { Notification } from '../api/api.ts';
import { mergeHead, withFresh } from './live-rows.ts';

const row = (created_at: number, status = 'SENT'): Notification => ({
  transaction_id: `tx_${created_at}`,
  created_at,
  status,
});
const rows = (...times: number[]) => times.map((time) => row(time));

test('a row that changed is shown as it is now, in its place', () => {
  const { pages, fresh } = mergeHead([{ rows: rows(3, 2, 1) }], {
    rows: [row(3), row(2, 'DELIVERED')],
    isWhole: false,
  });
  expect(pages).toEqual([{ rows: [row(3), row(2, 'DELIVERED'), row(1)] }]);
  expect(fresh).toEqual([]);
});

test('new rows are given apart, then take their places', () => {
  const before = [{ rows: rows(3, 1), next: 'c' }, { rows: rows(0) }];
  const { pages, fresh, hasGap } = mergeHead(before, { rows: rows(4, 3, 2, 1), isWhole: false });
  expect(fresh).toEqual(rows(4, 2));
  expect(hasGap).toBe(false);
  expect(withFresh(pages, fresh)).toEqual([{ rows: rows(4, 3, 2, 1), next: 'c' }, { rows: rows(0) }]);
});

test('a row that is no longer there goes, but only where the head reaches', () => {
  const before = [{ rows: rows(5, 4, 3, 2) }];
  expect(mergeHead(before, { rows: rows(5, 3), isWhole: false }).pages).toEqual([{ rows: rows(5, 3, 2) }]);
  expect(mergeHead(before, { rows: rows(5, 3), isWhole: true }).pages).toEqual([{ rows: rows(5, 3) }]);
  expect(mergeHead(before, { rows: [], isWhole: true }).pages).toEqual([{ rows: [] }]);
});

test('rows that came so fast that the head knows none of the old ones are a gap', () => {
  expect(mergeHead([{ rows: rows(2, 1) }], { rows: rows(9, 8), isWhole: false }).hasGap).toBe(true);
  expect(mergeHead([{ rows: [] }], { rows: rows(9, 8), isWhole: false }).hasGap).toBe(false);
});
