import { AppError, type Envelope, type NotificationQuery } from '@notify/shared-domain';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  wrap,
} from 'cockatiel';
import type { NotificationAnswers } from '../application/query-notifications.ts';

export interface GuardOptions {
  /** Queries that may be on their way or wait for a connection; what waits holds a few kilobytes, until its deadline at most. */
  readonly atOnce?: number;
  /** Failures in a row by which an upstream counts as down. */
  readonly failures?: number;
  /** How long nobody is sent there then, in milliseconds, before one query tries. */
  readonly restMs?: number;
}

/**
 * Keeps a slow or broken upstream from taking the service with it: beyond so many queries at once the next one is refused, and after so
 * many failures in a row all are, until a single one gets through again. Whoever is refused is told at once to come again (503).
 *
 * @throws AppError `SERVICE.BUSY` or `UPSTREAM.UNAVAILABLE`, beside what is thrown behind it
 */
export class GuardedAnswers implements NotificationAnswers {
  readonly #answers: NotificationAnswers;
  readonly #policy: IPolicy;

  constructor(
    answers: NotificationAnswers,
    { atOnce = 1_000, failures = 10, restMs = 500 }: GuardOptions = {},
  ) {
    this.#answers = answers;
    const breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    this.#policy = wrap(breaker, bulkhead(atOnce));
  }

  async answer(query: NotificationQuery, envelope: Envelope, requestId?: string): Promise<string> {
    try {
      return await this.#policy.execute(() => this.#answers.answer(query, envelope, requestId));
    } catch (error) {
      if (error instanceof BulkheadRejectedError)
        throw new AppError('SERVICE.BUSY', {
          detail: 'The service is busy; try again shortly.',
          cause: error,
        });
      if (error instanceof BrokenCircuitError)
        throw new AppError('UPSTREAM.UNAVAILABLE', {
          detail: 'What answers this is down; try again shortly.',
          cause: error,
        });
      throw error;
    }
  }
}

/** No answer, a late one or nonsense. A refusal is an answer, and one that was throttled says by itself when to come again. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  ['UPSTREAM.FAILED', 'UPSTREAM.TIMEOUT', 'UPSTREAM.UNAVAILABLE'].includes(error.code);
