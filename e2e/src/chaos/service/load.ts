import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '@notify/client';
import { ERRORS, type QueryRoute } from '@notify/shared-domain';
import type { Model } from '../../model.ts';

/** A question and where it is asked. */
export interface Question {
  readonly route: QueryRoute;
  readonly query: object;
}

/** What became of one request. */
export interface Observation {
  /** Milliseconds on the clock of `performance.now()`. */
  readonly sentAt: number;
  readonly tookMs: number;
  readonly outcome: 'answered' | 'refused' | 'wrong';
  /** For people. */
  readonly detail: string;
}

export interface Load {
  readonly observations: readonly Observation[];
  /** Resolves when the last request has its answer. */
  stop(): Promise<void>;
}

type Ask = (route: QueryRoute, query: object) => Promise<Answer>;

export interface LoadOptions {
  readonly questions: readonly Question[];
  readonly model: Model;
  /** Requests per second. They come whether or not the ones before are answered. */
  readonly rate: number;
  /** Asks whom the balancer decides for. */
  readonly ask: Ask;
}

/** With what a service may refuse when what it depends on fails. */
const REFUSALS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export const startLoad = ({ questions, model, rate, ask }: LoadOptions): Load => {
  const observations: Observation[] = [];
  const open = new Set<Promise<void>>();
  let stopped = false;
  const send = async (index: number): Promise<void> => {
    const question = questions[index % questions.length] as Question;
    const sentAt = performance.now();
    const judged = await judge(ask, question, model);
    observations.push({ sentAt, tookMs: performance.now() - sentAt, ...judged });
  };
  const run = async () => {
    const startedAt = performance.now();
    for (let index = 0; !stopped; index++) {
      const waitMs = startedAt + (index / rate) * 1_000 - performance.now();
      if (waitMs > 1) await delay(waitMs);
      const request = send(index);
      open.add(request);
      request.finally(() => open.delete(request));
    }
  };
  const running = run();
  return {
    observations,
    stop: async () => {
      stopped = true;
      await running;
      await Promise.all(open);
    },
  };
};

const judge = async (
  ask: Ask,
  { route, query }: Question,
  model: Model,
): Promise<Pick<Observation, 'outcome' | 'detail'>> => {
  const what = `${route.method} ${route.path} ${JSON.stringify(query)}`;
  try {
    const answer = await ask(route, query);
    const { status, body, headers } = answer;
    if (status === 200) {
      const door = { name: what, ...route, ask: async () => answer };
      const difference = await model.difference(door, query);
      return difference === undefined
        ? { outcome: 'answered', detail: what }
        : { outcome: 'wrong', detail: `${what}: ${difference}` };
    }
    const { code } = (body ?? {}) as { code?: unknown };
    const isProper =
      REFUSALS.has(status) &&
      Object.hasOwn(ERRORS, String(code)) &&
      headers.get('content-type') === 'application/problem+json' &&
      (status !== 503 || headers.has('retry-after'));
    return { outcome: isProper ? 'refused' : 'wrong', detail: `${what}: ${status} ${String(code)}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return { outcome: 'wrong', detail: `${what}: ${message} ${String(cause ?? '')}` };
  }
};
