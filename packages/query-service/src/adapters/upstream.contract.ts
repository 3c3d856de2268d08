import { AppError, parseQuery, toAnswer, toNotification, toProblem } from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { NotificationAnswers } from '../application/query-notifications.ts';
import type { Upstream } from '../application/readiness.ts';
import type { LocalUpstream } from '../testing/upstream.ts';

export interface UpstreamFixture {
  readonly upstream: LocalUpstream;
  readonly adapter: NotificationAnswers & Upstream;
}

const ROWS = [1, 2, 3].map((created_at) =>
  aRow({ created_at, status: created_at === 2 ? 'FAILED' : 'SENT' }),
);

/** What every adapter promises that asks for notifications in the name of the service. */
export const upstreamContract = (
  make: (reader: InMemoryNotificationReader, timeoutMs: number) => Promise<UpstreamFixture>,
) =>
  describe('upstream', () => {
    const fixtures: UpstreamFixture[] = [];
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

    it.each(['items', 'data'] as const)('gives the answer in %s, to the letter', async (envelope) => {
      const { adapter } = await fixture();
      const items = ROWS.toReversed().map((row) => toNotification({ ...row }));
      expect(await adapter.answer(query, envelope)).toBe(
        JSON.stringify(toAnswer(envelope, query, { items })),
      );
      const fail = parseQuery('fail', {});
      const failed = { items: items.filter(({ status }) => status === 'FAILED') };
      expect(await adapter.answer(fail, envelope)).toBe(JSON.stringify(toAnswer(envelope, fail, failed)));
    });

    it('goes from page to page', async () => {
      const { adapter } = await fixture();
      const first = JSON.parse(await adapter.answer({ ...query, limit: 2 }, 'data'));
      const next = parseQuery('transaction', { transaction_id: 'tx_001', cursor: first.next_cursor });
      expect(JSON.parse(await adapter.answer(next, 'data'))).toMatchObject({ data: [{ created_at: 1 }] });
    });

    it.each([
      ['QUERY.CURSOR.FOREIGN', 400],
      ['REQUEST.PARAMETER_INVALID', 400],
      ['STORE.THROTTLED', 503],
      ['UPSTREAM.TIMEOUT', 504],
    ] as const)('passes on %s', async (code, status) => {
      const { adapter, upstream } = await fixture();
      upstream.behaviour = new AppError(code, { detail: 'Mend it.' });
      expect(await failureOf(adapter.answer(query, 'data'))).toMatchObject({
        code,
        status,
        detail: 'Mend it.',
      });
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
        const { adapter, upstream } = await fixture();
        upstream.behaviour = behaviour;
        const error = await failureOf(adapter.answer(query, 'data'));
        expect(codes).toContain(error.code);
        expect(error.status).toBe(status);
        expect(JSON.stringify(toProblem(error))).not.toMatch(/127\.0\.0\.1|secret|tx_001/);
      },
    );

    it('says when to come again to an upstream that has enough', async () => {
      const { adapter, upstream } = await fixture();
      upstream.behaviour = 'throttles';
      const error = await failureOf(adapter.answer(query, 'data'));
      expect([429, 503]).toContain(error.status);
      expect(error.retryAfter).toBeGreaterThan(0);
    });

    it('gives up on an upstream that is late', async () => {
      const { adapter, upstream } = await fixture(100);
      upstream.behaviour = 'is silent';
      expect(await failureOf(adapter.answer(query, 'data'))).toMatchObject({
        code: 'UPSTREAM.TIMEOUT',
        status: 504,
      });
    });

    it('takes the time that a query has waited already from its own', async () => {
      const { adapter, upstream } = await fixture(60_000);
      upstream.behaviour = 'is silent';
      const error = await failureOf(adapter.answer(query, 'data', undefined, 59_900));
      expect(error.code).toBe('UPSTREAM.TIMEOUT');
    });

    it('knows whether its upstream can be asked', async () => {
      const { adapter, upstream } = await fixture();
      await expect(adapter.probe(2000)).resolves.toBeUndefined();
      expect(upstream.asked).toEqual(['probe']);
      upstream.behaviour = 'hangs up';
      await expect(adapter.probe(2000)).rejects.toMatchObject({ code: 'UPSTREAM.UNAVAILABLE' });
    });
  });
