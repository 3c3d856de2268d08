import { describe, expect, it } from 'vitest';
import { toNotification, toNotificationData } from '../record/notification.ts';
import { aRow } from '../testing/records.ts';
import { parseAnswer, toAnswer } from './answer.ts';
import { parseQuery } from './query.ts';

const notification = toNotification({ ...aRow() });

describe('toAnswer', () => {
  it('gives V1 and V3 items', () => {
    const query = parseQuery('user', { user_id: 'u' });
    expect(toAnswer(query, { items: [notification] })).toStrictEqual({
      success: true,
      count: 1,
      items: [notification],
    });
    expect(toAnswer(query, { items: [], nextCursor: 'c' })).toEqual({
      success: true,
      count: 0,
      items: [],
      next_cursor: 'c',
    });
  });

  it('gives V4 data and a message', () => {
    const query = parseQuery('transaction', { transaction_id: 't' });
    expect(toAnswer(query, { items: [notification], nextCursor: 'c' })).toEqual({
      success: true,
      data: [toNotificationData(notification)],
      message: '1 notification found',
      total_count: 1,
      next_cursor: 'c',
    });
    expect(toAnswer(parseQuery('fail', {}), { items: [] }).message).toBe('0 failed notifications found');
  });
});

describe('parseAnswer', () => {
  it('takes an answer of the query’s generation only', () => {
    const items = toAnswer(parseQuery('user', { user_id: 'u' }), { items: [notification] });
    const data = toAnswer(parseQuery('fail', {}), { items: [notification] });
    expect(parseAnswer('user', items)).toEqual(items);
    expect(parseAnswer('fail', data)).toEqual(data);
    for (const nonsense of [data, { ...items, items: [{}] }, { ...items, success: false }, null, 'text']) {
      expect(parseAnswer('marketing', nonsense)).toBeUndefined();
    }
  });
});
