import { AppError, type NotificationQueries, parseQuery, toProblem } from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Upstream } from '../application/readiness.ts';
import type { LocalUpstream } from '../testing/upstream.ts';

export interface NotificationQueriesFixture {
  readonly upstream: LocalUpstream;
  readonly queries: NotificationQueries & Upstream;
}

const ROWS = [1, 2, 3].map((created_at) =>
  aRow({ created_at, status: created_at === 2 ? 'FAILED' : 'SENT' }),
);

/** What every adapter promises that asks for notifications in the name of the service. */
export const notificationQueriesContract = (
  make: (reader: InMemoryNotificationReader, timeoutMs: number) => Promise<NotificationQueriesFixture>,
) =>
  describe('NotificationQueries', () => {
    const fixtures: NotificationQueriesFixture[] = [];
    const fixture = async (timeoutMs = 5000) => {
      const made = await make(new InMemoryNotificationReader(ROWS), timeoutMs);
      fixtures.push(made);
      return made;
    };
    afterEach(async () => {
      await Promise.all(fixtures.splice(0).map(({ upstream }) => upstream.close()));
    });

    const query = parseQuery('transaction', { transaction_id: 'tx_001' });
    const failureOf = (pending: Promise<unknown>): Promise<AppError> =>
      pending.then(
        () => expect.fail('expected a failure'),
        (error) => error,
      );

    it('gives the answer', async () => {
      const { queries } = await fixture();
      const answer = await queries.ask(query);
      expect(answer).toMatchObject({ success: true, total_count: 3, message: '3 notifications found' });
      expect(answer.data.map(({ created_at }) => created_at)).toEqual([3, 2, 1]);
      await expect(queries.ask(parseQuery('fail', {}))).resolves.toMatchObject({ total_count: 1 });
    });

    it('goes from page to page', async () => {
      const { queries } = await fixture();
      const { next_cursor } = await queries.ask({ ...query, limit: 2 });
      const next = parseQuery('transaction', { transaction_id: 'tx_001', cursor: next_cursor });
      await expect(queries.ask(next)).resolves.toMatchObject({ total_count: 1, data: [{ created_at: 1 }] });
    });

    it.each([
      ['QUERY.CURSOR.FOREIGN', 400],
      ['REQUEST.PARAMETER_INVALID', 400],
      ['STORE.THROTTLED', 503],
      ['UPSTREAM.TIMEOUT', 504],
    ] as const)('passes on %s', async (code, status) => {
      const { queries, upstream } = await fixture();
      upstream.behaviour = new AppError(code, { detail: 'Mend it.' });
      expect(await failureOf(queries.ask(query))).toMatchObject({ code, status, detail: 'Mend it.' });
    });

    it.each([
      ['crashes', 502, ['UPSTREAM.FAILED']],
      ['babbles', 502, ['UPSTREAM.FAILED']],
      [new AppError('INTERNAL.ERROR', { detail: 'secret' }), 502, ['UPSTREAM.FAILED']],
      [new AppError('ACCESS.DENIED', { detail: 'secret' }), 502, ['UPSTREAM.FAILED']],
      ['hangs up', 503, ['UPSTREAM.UNAVAILABLE']],
    ] as const)(
      'tells of an upstream that %s neither where it is nor what it said',
      async (behaviour, status, codes) => {
        const { queries, upstream } = await fixture();
        upstream.behaviour = behaviour;
        const error = await failureOf(queries.ask(query));
        expect(codes).toContain(error.code);
        expect(error.status).toBe(status);
        expect(JSON.stringify(toProblem(error))).not.toMatch(/127\.0\.0\.1|secret|tx_001/);
      },
    );

    it('says when to come again to an upstream that has enough', async () => {
      const { queries, upstream } = await fixture();
      upstream.behaviour = 'throttles';
      const error = await failureOf(queries.ask(query));
      expect([429, 503]).toContain(error.status);
      expect(error.retryAfter).toBeGreaterThan(0);
    });

    it('gives up on an upstream that is late', async () => {
      const { queries, upstream } = await fixture(100);
      upstream.behaviour = 'is silent';
      expect(await failureOf(queries.ask(query))).toMatchObject({ code: 'UPSTREAM.TIMEOUT', status: 504 });
    });

    it('knows whether its upstream can be asked', async () => {
      const { queries, upstream } = await fixture();
      await expect(queries.probe(2000)).resolves.toBeUndefined();
      expect(upstream.asked).toEqual(['probe']);
      upstream.behaviour = 'hangs up';
      await expect(queries.probe(2000)).rejects.toMatchObject({ code: 'UPSTREAM.UNAVAILABLE' });
    });
  });
