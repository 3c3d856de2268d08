import type { Notification } from '@notify/client';
import { expect, test } from 'vitest';
import { mergeHead, withFresh } from './live-rows.ts';

const row = (created_at: number, status = 'SENT'): Notification => ({
  transaction_id: `tx_${created_at}`,
  created_at,
  send_ts: created_at,
  notification_body: '',
  status,
});
const rows = (...times: number[]) => times.map((time) => row(time));

test('a row that changed is shown as it is now, in its place', () => {
  const { pages, fresh } = mergeHead([{ items: rows(3, 2, 1) }], {
    items: [row(3), row(2, 'DELIVERED')],
    nextCursor: 'more',
  });
  expect(pages).toEqual([{ items: [row(3), row(2, 'DELIVERED'), row(1)] }]);
  expect(fresh).toEqual([]);
});

test('new rows are given apart, then take their places', () => {
  const before = [{ items: rows(3, 1), nextCursor: 'c' }, { items: rows(0) }];
  const { pages, fresh, hasGap } = mergeHead(before, { items: rows(4, 3, 2, 1), nextCursor: 'more' });
  expect(fresh).toEqual(rows(4, 2));
  expect(hasGap).toBe(false);
  expect(withFresh(pages, fresh)).toEqual([{ items: rows(4, 3, 2, 1), nextCursor: 'c' }, { items: rows(0) }]);
});

test('a row that is no longer there goes, but only where the head reaches', () => {
  const before = [{ items: rows(5, 4, 3, 2) }];
  expect(mergeHead(before, { items: rows(5, 3), nextCursor: 'more' }).pages).toEqual([
    { items: rows(5, 3, 2) },
  ]);
  expect(mergeHead(before, { items: rows(5, 3) }).pages).toEqual([{ items: rows(5, 3) }]);
  expect(mergeHead(before, { items: [] }).pages).toEqual([{ items: [] }]);
});

test('rows that came so fast that the head knows none of the old ones are a gap', () => {
  expect(mergeHead([{ items: rows(2, 1) }], { items: rows(9, 8), nextCursor: 'more' }).hasGap).toBe(true);
  expect(mergeHead([{ items: [] }], { items: rows(9, 8), nextCursor: 'more' }).hasGap).toBe(false);
});
