import { AppError, type Envelope, type NotificationQuery } from '@notify/shared-domain';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IPolicy,
} from 'cockatiel';
import type { NotificationAnswers } from '../application/query-notifications.ts';

export interface GuardOptions {
  /** Queries that may be on their way at once; at 100 a second and 50 ms each there are five. */
  readonly atOnce?: number;
  /** Queries that may wait for their turn; each holds a few kilobytes. */
  readonly waiting?: number;
  /** Milliseconds after which a query that has waited for its turn is refused: whoever asked has little time left, and so have all behind it. */
  readonly waitMs?: number;
  /** Milliseconds after which no answer counts as a failure. The query goes on; it may be answered still. */
  readonly silenceMs?: number;
  /** Failures in a row by which an upstream counts as down. */
  readonly failures?: number;
  /** How long nobody is sent there then, in milliseconds, before one query tries. */
  readonly restMs?: number;
}

/**
 * Keeps a slow or broken upstream from taking the service with it: beyond so many queries at once the next ones wait, a moment at most, and
 * beyond so many that wait all are refused; after so many failures in a row too, until a single one gets through again. Whoever is refused
 * is told to come again (503).
 *
 * @throws AppError `SERVICE.BUSY` or `UPSTREAM.UNAVAILABLE`, beside what is thrown behind it
 */
export class GuardedAnswers implements NotificationAnswers {
  readonly #answers: NotificationAnswers;
  readonly #breaker: IPolicy;
  readonly #bulkhead: IPolicy;
  readonly #waitMs: number;
  readonly #silenceMs: number;

  constructor(
    answers: NotificationAnswers,
    {
      atOnce = 64,
      waiting = 1_000,
      waitMs = 1_000,
      silenceMs = 1_000,
      failures = 10,
      restMs = 500,
    }: GuardOptions = {},
  ) {
    this.#answers = answers;
    this.#waitMs = waitMs;
    this.#silenceMs = silenceMs;
    this.#breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    this.#bulkhead = bulkhead(atOnce, waiting);
  }

  async answer(query: NotificationQuery, envelope: Envelope, requestId?: string): Promise<string> {
    try {
      return await this.#breaker.execute(() => this.#inTurn(query, envelope, requestId));
    } catch (error) {
      return error instanceof Silence ? error.answer : refuse(error);
    }
  }

  /** Rejects with {@link Silence} when it has been sent and nothing has come for a while. */
  #inTurn(query: NotificationQuery, envelope: Envelope, requestId: string | undefined): Promise<string> {
    const askedAt = performance.now();
    return new Promise((resolve, reject) => {
      let silence: NodeJS.Timeout | undefined;
      const answer = this.#bulkhead.execute(() => {
        const waitedMs = performance.now() - askedAt;
        if (waitedMs > this.#waitMs) throw busy();
        silence = setTimeout(() => reject(new Silence(answer)), this.#silenceMs);
        return this.#answers.answer(query, envelope, requestId, waitedMs);
      });
      answer.then(resolve, reject).finally(() => clearTimeout(silence));
    });
  }
}

/** Nothing has come yet. */
class Silence extends Error {
  readonly answer: Promise<string>;

  constructor(answer: Promise<string>) {
    super('No answer yet.');
    this.answer = answer;
  }
}

const refuse = (error: unknown): never => {
  if (error instanceof BulkheadRejectedError) throw busy(error);
  if (error instanceof BrokenCircuitError)
    throw new AppError('UPSTREAM.UNAVAILABLE', {
      detail: 'What answers this is down; try again shortly.',
      cause: error,
    });
  throw error;
};

const busy = (cause?: unknown): AppError =>
  new AppError('SERVICE.BUSY', { detail: 'The service is busy; try again shortly.', cause });

/** No answer, a late one or nonsense. A refusal is an answer, and one that was throttled says by itself when to come again. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  ['UPSTREAM.FAILED', 'UPSTREAM.TIMEOUT', 'UPSTREAM.UNAVAILABLE'].includes(error.code);
