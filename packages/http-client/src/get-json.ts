import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@notify/shared-domain';
import { refusal } from './refusal.ts';

export interface GetJsonOptions {
  /** Milliseconds for all of it: every try, the pauses between them, the body. */
  readonly timeoutMs: number;
  /** How many times to try again after a lost connection, a 502, a 503 or a 504; 2 by default. */
  readonly retries?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The largest body to take; 10 MiB by default, the most that API Gateway and Lambda can send. */
  readonly maxBytes?: number;
}

type Outcome = { readonly json: unknown } | { readonly error: AppError; readonly mayPass: boolean };

const FIRST_PAUSE_MS = 50;
const MAY_PASS: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * The JSON body of a 200 answer to a GET, over kept-alive connections.
 *
 * An upstream that names a time to come again (Retry-After) is not pressed: that answer is passed on as it is, so that
 * the retries of services in a row do not multiply.
 *
 * @throws AppError `UPSTREAM.TIMEOUT` when it is late, `UPSTREAM.UNAVAILABLE` when it cannot be reached,
 *   `REQUEST.THROTTLED` when it has enough, the upstream's own code when it refuses ({@link refusal}), and
 *   `UPSTREAM.FAILED` for any other answer. None of them tells where the upstream is.
 */
export const getJson = async (url: URL, options: GetJsonOptions): Promise<unknown> => {
  const { timeoutMs, retries = 2 } = options;
  const endsAt = performance.now() + timeoutMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  for (let tried = 1; ; tried++) {
    const outcome = await attempt(url, options, deadline);
    if ('json' in outcome) return outcome.json;
    const pauseMs = FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random());
    if (!outcome.mayPass || tried > retries || performance.now() + pauseMs >= endsAt) throw outcome.error;
    await pause(pauseMs);
  }
};

const attempt = async (url: URL, options: GetJsonOptions, deadline: AbortSignal): Promise<Outcome> => {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json, application/problem+json', ...options.headers },
      redirect: 'manual',
      signal: deadline,
    });
    const json = parse(await readBody(response, options.maxBytes ?? 10 * 2 ** 20));
    if (response.status === 200 && json !== undefined) return { json };
    return refused(response, json);
  } catch (cause) {
    return deadline.aborted
      ? { error: new AppError('UPSTREAM.TIMEOUT', { cause }), mayPass: false }
      : { error: new AppError('UPSTREAM.UNAVAILABLE', { cause }), mayPass: true };
  }
};

const refused = ({ status, headers }: Response, json: unknown): Outcome => {
  const retryAfter = /^\d{1,6}$/.test(headers.get('retry-after') ?? '')
    ? Number(headers.get('retry-after'))
    : undefined;
  const error = refusal(json, retryAfter);
  if (status === 429 && error.status !== 429) {
    return {
      error: new AppError('REQUEST.THROTTLED', retryAfter === undefined ? {} : { retryAfter }),
      mayPass: false,
    };
  }
  return { error, mayPass: MAY_PASS.has(status) && retryAfter === undefined };
};

/** The body as text; undefined when it is larger than we take. */
const readBody = async (response: Response, maxBytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
