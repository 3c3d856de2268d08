import { AppError, type ErrorCode, parseQuery } from '@notify/shared-domain';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GuardedAnswers } from './guarded-answers.ts';

const query = parseQuery('fail', {});
const page = '{}';
const codes = (answers: readonly PromiseSettledResult<unknown>[]) =>
  answers.map((answer) => (answer.status === 'fulfilled' ? 'answered' : answer.reason.code));

describe('guarded answers', () => {
  it('refuses what is too much at once, and takes more when there is room again', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const guarded = new GuardedAnswers({ answer: () => promise }, { atOnce: 2, waiting: 0 });
    const asked = Promise.allSettled([1, 2, 3].map(() => guarded.answer(query, 'data')));
    await expect(guarded.answer(query, 'data')).rejects.toMatchObject({ code: 'SERVICE.BUSY', status: 503 });
    resolve(page);
    expect(codes(await asked)).toEqual(['answered', 'answered', 'SERVICE.BUSY']);
    expect(await guarded.answer(query, 'data')).toBe(page);
  });

  it('lets a query wait for its turn, and refuses it when that was too long', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    for (const [waited, expected] of [
      [1_000, 'answered'],
      [1_001, 'SERVICE.BUSY'],
    ] as const) {
      const { promise, resolve } = Promise.withResolvers<string>();
      const answer = vi.fn(() => promise);
      const guarded = new GuardedAnswers({ answer }, { atOnce: 1, waitMs: 1_000 });
      const asked = [guarded.answer(query, 'data'), guarded.answer(query, 'data')];
      expect(answer).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(waited);
      resolve(page);
      expect(codes(await Promise.allSettled(asked))).toEqual(['answered', expected]);
      if (expected === 'answered') expect(answer).toHaveBeenLastCalledWith(query, 'data', undefined, waited);
    }
  });

  it('rests after failures in a row, tries once, and goes on when that is answered', async () => {
    let outcome: ErrorCode | undefined = 'UPSTREAM.TIMEOUT';
    const answer = vi.fn(async () => {
      if (outcome) throw new AppError(outcome);
      return page;
    });
    const guarded = new GuardedAnswers({ answer }, { failures: 3, restMs: 20 });
    const ask = async () => codes(await Promise.allSettled([guarded.answer(query, 'data')]))[0];
    for (let i = 0; i < 3; i++) expect(await ask()).toBe('UPSTREAM.TIMEOUT');
    expect(await ask()).toBe('UPSTREAM.UNAVAILABLE');
    expect(answer).toHaveBeenCalledTimes(3);
    outcome = undefined;
    await vi.waitFor(async () => expect(await ask()).toBe('answered'));
    expect(await ask()).toBe('answered');
  });

  it('takes silence for a failure, and gives the answer that comes behind it all the same', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { promise, resolve } = Promise.withResolvers<string>();
    const guarded = new GuardedAnswers({ answer: () => promise }, { silenceMs: 1_000, failures: 3 });
    const asked = Promise.allSettled([1, 2, 3].map(() => guarded.answer(query, 'data')));
    await vi.advanceTimersByTimeAsync(999);
    const last = Promise.allSettled([guarded.answer(query, 'data')]);
    await vi.advanceTimersByTimeAsync(1);
    await expect(guarded.answer(query, 'data')).rejects.toMatchObject({ code: 'UPSTREAM.UNAVAILABLE' });
    resolve(page);
    expect(codes([...(await asked), ...(await last)])).toEqual(Array(4).fill('answered'));
  });

  it.each<ErrorCode>(['REQUEST.PARAMETER_INVALID', 'QUERY.CURSOR.INVALID', 'STORE.THROTTLED'])(
    'takes %s for an answer',
    async (code) => {
      const guarded = new GuardedAnswers(
        { answer: () => Promise.reject(new AppError(code)) },
        { failures: 2, restMs: 60_000 },
      );
      for (let i = 0; i < 5; i++) await expect(guarded.answer(query, 'data')).rejects.toMatchObject({ code });
    },
  );
});
