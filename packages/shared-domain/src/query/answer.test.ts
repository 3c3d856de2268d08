import { describe, expect, it } from 'vitest';
import { toNotification, toNotificationData } from '../record/notification.ts';
import { aRow } from '../testing/records.ts';
import { CombinedPage, parseAnswer, toAnswer } from './answer.ts';
import { parseQuery } from './parse-query.ts';

const notification = toNotification({ ...aRow() });

describe('toAnswer', () => {
  it('gives V1 items', () => {
    const query = parseQuery('user', { user_id: 'u' });
    expect(toAnswer('items', query, { items: [notification] })).toStrictEqual({
      success: true,
      count: 1,
      items: [notification],
    });
    expect(toAnswer('items', query, { items: [], nextCursor: 'c' })).toEqual({
      success: true,
      count: 0,
      items: [],
      next_cursor: 'c',
    });
  });

  it('gives V2 to V4 data and a message', () => {
    const query = parseQuery('transaction', { transaction_id: 't' });
    expect(toAnswer('data', query, { items: [notification], nextCursor: 'c' })).toEqual({
      success: true,
      data: [toNotificationData(notification)],
      message: '1 notification found',
      total_count: 1,
      next_cursor: 'c',
    });
    expect(toAnswer('data', parseQuery('fail', {}), { items: [] })).toMatchObject({
      message: '0 failed notifications found',
    });
  });

  it('gives both where both are read', () => {
    const query = parseQuery('fail', {});
    const page = { items: [notification], nextCursor: 'c' };
    const combined = toAnswer('combined', query, page);
    expect(combined).toEqual({ ...toAnswer('items', query, page), ...toAnswer('data', query, page) });
    expect(CombinedPage.parse(combined)).toEqual(combined);
  });
});

describe('parseAnswer', () => {
  const query = parseQuery('fail', {});

  it.each(['items', 'data', 'combined'] as const)('gives the page that was put into %s', (envelope) => {
    for (const page of [{ items: [notification], nextCursor: 'c' }, { items: [] }]) {
      expect(parseAnswer(toAnswer(envelope, query, page))).toStrictEqual(page);
    }
  });

  it('takes nothing else for an answer', () => {
    const items = toAnswer('items', query, { items: [notification] });
    for (const nonsense of [{ ...items, items: [{}] }, { ...items, success: false }, null, 'text']) {
      expect(parseAnswer(nonsense)).toBeUndefined();
    }
  });
});
