import { setTimeout as delay } from 'node:timers/promises';
import { forFarCaller } from '@notify/client';
import { createHeaderSigner, type SignerOptions } from '@notify/request-signing';
import {
  AppError,
  answerText,
  type Envelope,
  fromProblem,
  type NotificationQuery,
  parseJson,
} from '@notify/shared-domain';
import type { NotificationAnswers } from '../application/query-notifications.ts';
import type { Upstream } from '../application/readiness.ts';
import { MAX_ANSWER_BYTES, type Send, type UpstreamReply } from './send.ts';

export interface QueryFunction {
  /** Its name or ARN, with or without an alias. */
  readonly functionName: string;
  readonly region: string;
  /** Where the Lambda API is; by default that of the region. */
  readonly endpoint?: string | undefined;
  /** Milliseconds for asking, the second try included. */
  readonly timeoutMs: number;
  /** By default from where every AWS SDK takes them. */
  readonly credentials?: SignerOptions['credentials'];
}

type InvocationType = 'RequestResponse' | 'DryRun';

const SUCCEEDED: ReadonlySet<number> = new Set([200, 204]);
const MAY_PASS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const PAUSE_MS = 100;

/**
 * Asks query-result-lambda by direct invoke (V1, V3): one request of the Lambda API, signed with the SDK's credentials. The SDK's client
 * costs four times as much for the same.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export class LambdaInvokeAdapter implements NotificationAnswers, Upstream {
  readonly name = 'query function';
  readonly #send: Send;
  readonly #sign;
  readonly #url: URL;
  readonly #timeoutMs: number;

  constructor(send: Send, { functionName, region, endpoint, timeoutMs, credentials }: QueryFunction) {
    this.#send = send;
    this.#sign = createHeaderSigner({ service: 'lambda', region, ...(credentials ? { credentials } : {}) });
    const base = (endpoint ?? regionalEndpoint(region)).replace(/\/+$/, '');
    this.#url = new URL(`${base}/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`);
    this.#timeoutMs = timeoutMs;
  }

  async answer(
    query: NotificationQuery,
    envelope: Envelope,
    _requestId?: string,
    waitedMs = 0,
  ): Promise<string> {
    const { headers, body } = await this.#invoke('RequestResponse', this.#timeoutMs - waitedMs, query);
    const functionError = headers['x-amz-function-error'];
    if (functionError !== undefined) throw new AppError('UPSTREAM.FAILED', { cause: functionError });
    const text = body?.toString() ?? '';
    const answer = answerText(envelope, query, text);
    if (answer === undefined) throw forFarCaller(fromProblem(parseJson(text)));
    return answer;
  }

  /** A dry run needs the permission to invoke and nothing more, and runs no code. */
  async probe(timeoutMs: number): Promise<void> {
    await this.#invoke('DryRun', timeoutMs, {});
  }

  /** Tries twice: once more after no answer within half of the time, and after one that may pass. */
  async #invoke(type: InvocationType, timeoutMs: number, payload: object): Promise<UpstreamReply> {
    const endsAt = performance.now() + timeoutMs;
    const body = JSON.stringify(payload);
    try {
      const first = await this.#post(type, body, timeoutMs / 2);
      if (!MAY_PASS.has(first.status) && !isThrottle(first)) return succeeded(first);
    } catch (error) {
      if (error instanceof AppError) throw error;
    }
    await delay(Math.min(PAUSE_MS * Math.random(), Math.max(0, endsAt - performance.now())));
    try {
      return succeeded(await this.#post(type, body, endsAt - performance.now()));
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const isLate = (cause as Error).name === 'TimeoutError';
      throw new AppError(isLate ? 'UPSTREAM.TIMEOUT' : 'UPSTREAM.UNAVAILABLE', { cause });
    }
  }

  async #post(type: InvocationType, body: string, timeoutMs: number): Promise<UpstreamReply> {
    const headers = await this.#sign({
      method: 'POST',
      url: this.#url.href,
      headers: { 'content-type': 'application/json', 'x-amz-invocation-type': type },
      body,
    });
    const { origin, pathname: path } = this.#url;
    return this.#send(
      { method: 'POST', origin, path, headers, body },
      { timeoutMs, maxBytes: MAX_ANSWER_BYTES },
    );
  }
}

/** @throws AppError unless it has succeeded */
const succeeded = (reply: UpstreamReply): UpstreamReply => {
  if (SUCCEEDED.has(reply.status)) return reply;
  const cause = `${reply.status} ${reply.headers['x-amzn-errortype'] ?? ''}`;
  if (!isThrottle(reply)) throw new AppError('UPSTREAM.FAILED', { cause });
  throw new AppError('UPSTREAM.UNAVAILABLE', {
    detail: 'The query function is busy; try again shortly.',
    cause,
  });
};

/** Lambda asks to slow down by a status of that meaning; for EC2 on which it runs, and for all of its API, by a name beside another status. */
const isThrottle = ({ status, headers }: UpstreamReply): boolean =>
  status === 429 || /Throttl/.test(String(headers['x-amzn-errortype'] ?? ''));

const regionalEndpoint = (region: string): string =>
  `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
