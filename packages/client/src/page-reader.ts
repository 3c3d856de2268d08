import {
  AppError,
  fromProblem,
  type Page,
  parseAnswer,
  parseJson,
  type QueryInput,
  type QueryRoute,
  routeOf,
} from '@notify/shared-domain';
import { exchange, fetchTransport, type Reply, type Transport } from './exchange.ts';

export interface NotifyClientOptions {
  /** Where the query API is, with its stage: `https://….execute-api.eu-central-1.amazonaws.com/v1`. */
  readonly baseUrl: string;
  /** Signs a request, where the API takes only signed ones: gives the one to send in its place. */
  readonly sign?: (request: Request) => Request | Promise<Request>;
  /** Milliseconds for one page: every try, the pauses between them, the body. 20,000 by default. */
  readonly timeoutMs?: number;
  /** How many times to ask again after a lost connection, a 429, a 502, a 503 or a 504; 2 by default. */
  readonly retries?: number;
  /**
   * Whether an answer that names a time to come again (Retry-After) is waited for, within the timeout; true by default.
   * A service that asks for somebody else hands it on instead, so that the retries of services in a row do not multiply.
   */
  readonly waits?: boolean;
  /** The largest body to take; 10 MiB by default, the most that API Gateway and Lambda can send. */
  readonly maxBytes?: number;
}

export interface AskOptions {
  /** Headers to send beside the client's own, such as `x-request-id`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the asking; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for this page, in place of the client's. */
  readonly timeoutMs?: number;
}

/**
 * One page of a query, over kept-alive connections.
 *
 * @throws AppError with the API's own code when it refuses; `REQUEST.THROTTLED` when it has enough, `UPSTREAM.TIMEOUT`
 *   when it is late, `UPSTREAM.UNAVAILABLE` when it cannot be reached, `UPSTREAM.FAILED` when what answers is not the
 *   query API. None of these tells where it is.
 */
export type ReadPage = (query: QueryInput, options?: AskOptions) => Promise<Page>;

interface Refusal {
  readonly error: AppError;
  readonly mayPass: boolean;
  /** Seconds, when the answer names them. */
  readonly retryAfter?: number | undefined;
}

export const DEFAULT_TIMEOUT_MS = 20_000;
const FIRST_PAUSE_MS = 50;
const MAY_PASS: ReadonlySet<number> = new Set([502, 503, 504]);

/** What one route answers a good question, as `read` has it from the body's text. Throws as {@link ReadPage}. */
export type Ask = <T>(
  route: Pick<QueryRoute, 'method' | 'path'>,
  input: object,
  read: (text: string) => T | undefined,
  options?: AskOptions,
) => Promise<T>;

export const createPageReader = (options: NotifyClientOptions): ReadPage => {
  const ask = createAsk(options);
  const read = (text: string) => parseAnswer(parseJson(text));
  return (query, askOptions) => ask(routeOf(query.query_type), query, read, askOptions);
};

export const createAsk = (options: NotifyClientOptions, transport: Transport = fetchTransport): Ask => {
  const { retries = 2, waits = true } = options;
  return async (route, input, read, { headers = {}, signal, timeoutMs = options.timeoutMs } = {}) => {
    const endsAt = performance.now() + (timeoutMs ?? DEFAULT_TIMEOUT_MS);
    for (let tried = 1; ; tried++) {
      const bounds = { timeoutMs: endsAt - performance.now(), signal };
      const outcome = await exchange(transport, options, route, input, headers, bounds).then(
        (reply) => judge(reply, read),
        (cause) => ({ refusal: noAnswer(cause, signal) }),
      );
      if ('good' in outcome) return outcome.good;
      const { error, mayPass, retryAfter } = outcome.refusal;
      const pauseMs =
        retryAfter === undefined
          ? FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random())
          : retryAfter * 1000;
      const goesOn = retryAfter === undefined ? mayPass : waits;
      if (!goesOn || tried > retries || performance.now() + pauseMs >= endsAt) throw error;
      await pause(pauseMs, signal);
    }
  };
};

/** Throws when it was the caller who ended the asking. */
export const noAnswer = (cause: unknown, signal: AbortSignal | undefined): Refusal => {
  signal?.throwIfAborted();
  return (cause as Error).name === 'TimeoutError'
    ? { error: new AppError('UPSTREAM.TIMEOUT', { cause }), mayPass: false }
    : { error: new AppError('UPSTREAM.UNAVAILABLE', { cause }), mayPass: true };
};

const judge = <T>(
  { status, headers, text }: Reply,
  read: (text: string) => T | undefined,
): { readonly good: T } | { readonly refusal: Refusal } => {
  const good = status === 200 && text !== undefined ? read(text) : undefined;
  if (good !== undefined) return { good };
  const named = headers.get('retry-after') ?? '';
  const retryAfter = /^\d{1,6}$/.test(named) ? Number(named) : undefined;
  const code = status === 429 ? 'REQUEST.THROTTLED' : 'UPSTREAM.FAILED';
  const error =
    fromProblem(parseJson(text), retryAfter) ??
    new AppError(code, retryAfter === undefined ? {} : { retryAfter });
  return { refusal: { error, mayPass: MAY_PASS.has(status), retryAfter } };
};

/** Waits, at most until the signal. */
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
