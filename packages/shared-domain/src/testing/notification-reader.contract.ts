import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseQuery } from '../query/parse-query.ts';
import { type NotificationQuery, QUERY_TYPES, type QueryType } from '../query/query.ts';
import type { NotificationReader, Page } from '../query/reader.ts';
import type { NotificationRow } from '../record/notification-row.ts';
import { PLATFORMS, STATUSES } from '../record/vocabulary.ts';
import { InMemoryNotificationReader } from './in-memory-notification-reader.ts';
import { aRow } from './records.ts';

export interface NotificationReaderFixture {
  readonly reader: NotificationReader;
  /** Puts rows where the reader reads. */
  add(rows: readonly NotificationRow[]): Promise<void>;
}

/** What every {@link NotificationReader} promises. */
export const notificationReaderContract = (make: () => Promise<NotificationReaderFixture>) =>
  describe('NotificationReader', () => {
    let fixture: NotificationReaderFixture;
    beforeEach(async () => {
      fixture = await make();
    });

    const ask = (type: QueryType, input: object) => fixture.reader.read(parseQuery(type, input));
    const times = (page: Page) => page.items.map((item) => item.created_at);

    it('returns the newest first, or the oldest when asked to', async () => {
      await fixture.add([2, 3, 1].map((created_at) => aRow({ created_at })));
      for (const [type, key] of [
        ['user', { user_id: 'test_user_001' }],
        ['transaction', { transaction_id: 'tx_001' }],
      ] as const) {
        expect(times(await ask(type, key))).toEqual([3, 2, 1]);
        expect(times(await ask(type, { ...key, order: 'asc' }))).toEqual([1, 2, 3]);
      }
    });

    it('keeps users, campaigns, transactions and SNS messages apart', async () => {
      await fixture.add([
        aRow({ transaction_id: 'a', user_id: 'u1', marketing_id: 'm1', sns_id: 's1' }),
        aRow({ transaction_id: 'b', user_id: 'u2', marketing_id: 'm1' }),
        aRow({ transaction_id: 'c', user_id: 'u1' }),
      ]);
      const ids = async (type: QueryType, key: object) =>
        (await ask(type, key)).items.map((item) => item.transaction_id).sort();
      expect(await ids('user', { user_id: 'u1' })).toEqual(['a', 'c']);
      expect(await ids('marketing', { marketing_id: 'm1' })).toEqual(['a', 'b']);
      expect(await ids('transaction', { transaction_id: 'c' })).toEqual(['c']);
      expect(await ids('sns', { sns_id: 's1' })).toEqual(['a']);
      expect(await ids('user', { user_id: 'nobody' })).toEqual([]);
    });

    it('gives failed notifications of one transaction, or of all', async () => {
      await fixture.add([
        aRow({ transaction_id: 'a', status: 'FAILED', created_at: 1 }),
        aRow({ transaction_id: 'a', status: 'SENT', created_at: 2 }),
        aRow({ transaction_id: 'b', status: 'FAILED', created_at: 3 }),
      ]);
      expect(times(await ask('failures', { transaction_id: 'a' }))).toEqual([1]);
      expect(times(await ask('fail', { transaction_id: 'a' }))).toEqual([1]);
      expect(times(await ask('fail', {}))).toEqual([3, 1]);
    });

    it('gives the newest of all to who names no transaction, in one page', async () => {
      const rows = [1, 2, 3, 4].map((created_at) =>
        aRow({ transaction_id: `t${created_at}`, created_at, status: created_at === 3 ? 'FAILED' : 'SENT' }),
      );
      await fixture.add(rows);
      expect(times(await ask('transaction', {}))).toEqual([4, 3, 2, 1]);
      expect(await ask('transaction', { limit: 2 })).toMatchObject({
        items: [{ created_at: 4 }, { created_at: 3 }],
      });
      expect((await ask('transaction', { limit: 2 })).nextCursor).toBeUndefined();
      expect(times(await ask('transaction', { order: 'asc', from: 2 }))).toEqual([2, 3, 4]);
      expect(times(await ask('transaction', { status: 'FAILED' }))).toEqual([3]);
    });

    it('gives the row whole, without what is the projection’s own', async () => {
      const full = aRow({
        status: 'FAILED',
        marketing_id: 'm',
        device_token: 'token',
        payload: '{"body":"text"}',
        error_msg: 'unregistered',
        ap_id: 'mobile-app-001',
        sns_id: 's1',
        retry_cnt: 2,
        delivered_ts: 2,
        failed_ts: 3,
      });
      await fixture.add([full]);
      const { failed_bucket, failed_transaction, marketing_bucket, ...notification } = full;
      expect((await ask('transaction', { transaction_id: 'tx_001' })).items).toEqual([notification]);
      expect((await ask('fail', {})).items).toEqual([notification]);
    });

    it('includes from and excludes to', async () => {
      await fixture.add([1, 2, 3].map((created_at) => aRow({ created_at })));
      expect(times(await ask('user', { user_id: 'test_user_001', from: 1, to: 3 }))).toEqual([2, 1]);
    });

    it('gives a cursor exactly when more remains', async () => {
      await fixture.add([1, 2, 3].map((created_at) => aRow({ created_at, status: 'FAILED' })));
      for (const type of ['user', 'transaction', 'fail'] as const) {
        const key = { user_id: 'test_user_001', transaction_id: 'tx_001' };
        expect((await ask(type, { ...key, limit: 3 })).nextCursor).toBeUndefined();
        const page = await ask(type, { ...key, limit: 2 });
        expect(times(page)).toEqual([3, 2]);
        expect(times(await ask(type, { ...key, limit: 2, cursor: page.nextCursor }))).toEqual([1]);
      }
    });

    it('goes on behind a cursor whose row has gone, and is not disturbed by newer rows', async () => {
      await fixture.add([5, 3, 1].map((created_at) => aRow({ created_at })));
      const page = await ask('user', { user_id: 'test_user_001', limit: 2 });
      await fixture.add([aRow({ created_at: 9 }), aRow({ created_at: 2 })]);
      expect(times(await ask('user', { user_id: 'test_user_001', cursor: page.nextCursor }))).toEqual([2, 1]);
    });

    it('gives every matching row once, in order, over pages of any size', async () => {
      const rows = fc.sample(someRows, { numRuns: 1, seed: 1 })[0] as NotificationRow[];
      await fixture.add(rows);
      const model = new InMemoryNotificationReader(rows);
      await fc.assert(
        fc.asyncProperty(someQuery, async (query) => {
          const all = await everyPage(fixture.reader, query);
          const expected = await everyPage(model, query);
          expect(all.map(identity).sort()).toEqual(expected.map(identity).sort());
          expect(all.map((item) => item.created_at)).toEqual(expected.map((item) => item.created_at));
        }),
        { numRuns: 60, seed: 1 },
      );
    });
  });

const identity = (item: { transaction_id: string; created_at: number }) =>
  `${item.transaction_id}#${item.created_at}`;

/** Rows of few users, campaigns and transactions, many of them of the same millisecond. */
const someRows = fc.uniqueArray(
  fc
    .record({
      transaction_id: fc.constantFrom('t1', 't2', 't3', 't4', 't5', 't6'),
      created_at: fc.integer({ min: 1, max: 30 }),
      user_id: fc.constantFrom('u1', 'u2'),
      marketing_id: fc.constantFrom('m1', 'm2'),
      sns_id: fc.constantFrom('s1', 's2'),
      status: fc.constantFrom(...STATUSES),
      platform: fc.constantFrom(...PLATFORMS),
    })
    .map(aRow),
  { minLength: 120, maxLength: 120, selector: identity },
);

const someQuery = fc
  .record(
    {
      type: fc.constantFrom(...QUERY_TYPES),
      transaction_id: fc.constantFrom('t1', 't2'),
      limit: fc.integer({ min: 1, max: 40 }),
      order: fc.constantFrom('asc', 'desc'),
      status: fc.constantFrom(...STATUSES),
      platform: fc.constantFrom(...PLATFORMS),
      from: fc.integer({ min: 0, max: 15 }),
      to: fc.integer({ min: 16, max: 31 }),
    },
    { requiredKeys: ['type', 'limit'] },
  )
  .map(({ type, transaction_id, ...rest }): NotificationQuery => {
    const named =
      type === 'fail' && transaction_id === undefined ? {} : { transaction_id: transaction_id ?? 't3' };
    return parseQuery(type, { user_id: 'u1', marketing_id: 'm1', sns_id: 's1', ...named, ...rest });
  });

const everyPage = async (reader: NotificationReader, query: NotificationQuery) => {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await reader.read(cursor === undefined ? query : { ...query, cursor });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
};
