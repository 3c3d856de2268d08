import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTIFICATION_FIELDS, toNotification, toNotificationData } from '../record/notification.ts';
import { aRow } from '../testing/records.ts';
import { answerText, CombinedPage, type ItemsPage, parseAnswer, toAnswer } from './answer.ts';
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

describe('answerText', () => {
  const query = parseQuery('fail', {});
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\\', ',"data":[', '{"success":true', '語', '\n'),
  });
  const time = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const page = fc.record(
    {
      items: fc.array(
        fc
          .record(
            {
              transaction_id: text,
              created_at: time,
              user_id: text,
              error_msg: text,
              sns_id: text,
              failed_ts: time,
            },
            {
              requiredKeys: ['transaction_id', 'created_at'],
            },
          )
          .map(toNotification),
        { maxLength: 4 },
      ),
      nextCursor: text,
    },
    { requiredKeys: ['items'] },
  );
  const envelope = fc.constantFrom(...(['items', 'data', 'combined'] as const));

  it('is the answer in the envelope that is asked for, to the letter, whichever it comes in', () => {
    fc.assert(
      fc.property(page, envelope, envelope, (any, from, to) => {
        const came = JSON.stringify(toAnswer(from, query, any));
        expect(answerText(to, query, came)).toBe(JSON.stringify(toAnswer(to, query, any)));
      }),
      { seed: 1 },
    );
  });

  it('is what the page in an answer comes to, however that is written, and nothing else', () => {
    const member = fc.constantFrom(
      'success',
      'count',
      'items',
      'data',
      'message',
      'total_count',
      'next_cursor',
      'other',
    );
    const value = fc.oneof(
      fc.constantFrom(null, true, false, 0, 1, '', '1 failed notification found', [], {}),
      page.chain((any) => envelope.map((name) => toAnswer(name, query, any))),
      page.map(({ items }) => items),
      page.map(({ items }) => items.map(toNotificationData)),
      page.map(({ items }) => items.map((item) => ({ ...item, sns_id: 5, other: [{ data: [] }] }))),
    );
    const answer = fc.record({
      any: page,
      name: envelope,
      changes: fc.dictionary(member, value, { maxKeys: 2 }),
      spaces: fc.boolean(),
      first: fc.boolean(),
    });
    fc.assert(
      fc.property(answer, envelope, ({ any, name, changes, spaces, first }, to) => {
        const whole = toAnswer(name, query, any);
        const body = first ? { ...changes, ...whole } : { ...whole, ...changes };
        // Where both are there and differ, either may count.
        const { items: _, ...withoutItems } = body as ItemsPage;
        const pages = [body, ...(to === 'data' ? [withoutItems] : [])].map((each) =>
          parseAnswer(JSON.parse(JSON.stringify(each))),
        );
        const given = answerText(to, query, JSON.stringify(body, null, spaces ? 1 : undefined));
        expect(pages.map((each) => each && JSON.stringify(toAnswer(to, query, each)))).toContain(
          given && JSON.stringify(JSON.parse(given)),
        );
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it.each(NOTIFICATION_FIELDS)('asks for %s as the schema does', (name) => {
    const full = { ...notification, ...Object.fromEntries(NOTIFICATION_FIELDS.map((each) => [each, '5'])) };
    for (const row of [toNotification(full), notification]) {
      for (const value of [undefined, null, 5, '5', true, {}]) {
        for (const envelope of ['items', 'data'] as const) {
          const body = toAnswer(envelope, query, { items: [row] });
          const rows = 'items' in body ? body.items : 'data' in body ? body.data : [];
          Object.assign(rows?.[0] as object, { [name]: value });
          const text = JSON.stringify(body);
          const parsed = parseAnswer(JSON.parse(text));
          const expected = parsed && JSON.stringify(toAnswer(envelope, query, parsed));
          expect(answerText(envelope, query, text)).toBe(expected);
        }
      }
    }
  });

  it.each([
    '',
    'text',
    'null',
    '[]',
    '{"success":true,"data":[',
    '{"success":true,"data":[{}],"message":"","total_count":1}',
  ])('is not made of %s', (nonsense) => {
    for (const to of ['items', 'data'] as const) expect(answerText(to, query, nonsense)).toBeUndefined();
  });
});
