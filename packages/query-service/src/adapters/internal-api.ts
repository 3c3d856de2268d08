import { type Ask, createUpstreamAsk, type Transport } from '@notify/client';
import {
  AppError,
  answerText,
  type Envelope,
  type NotificationQuery,
  parseJson,
  parseReportAnswer,
  type ReportAnswer,
  type ReportQuery,
  reportRouteOf,
  routeOf,
} from '@notify/shared-domain';
import type { NotificationAnswers, ReportAnswers } from '../application/query-notifications.ts';
import type { Upstream } from '../application/readiness.ts';
import { requestIdHeader } from './request-id.ts';
import { MAX_ANSWER_BYTES } from './send.ts';

/** Asks the private REST API (V4). */
export class InternalApiAdapter implements NotificationAnswers, ReportAnswers, Upstream {
  readonly name = 'internal API';
  readonly #ask: Ask;
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #probeUrl: string;

  /**
   * @param url with its stage, such as `https://….amazonaws.com/v1`
   * @param transport how requests are sent; signs them, where the API asks for it
   */
  constructor(url: string, timeoutMs: number, transport: Transport) {
    this.#ask = createUpstreamAsk(url, timeoutMs, transport);
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
    this.#probeUrl = url.replace(/\/+$/, '') + routeOf('sns').path;
  }

  answer(query: NotificationQuery, envelope: Envelope, requestId?: string, waitedMs = 0): Promise<string> {
    const read = (text: string) => answerText(envelope, query, text);
    return this.#ask(routeOf(query.query_type), query, read, {
      headers: requestIdHeader(requestId),
      timeoutMs: this.#timeoutMs - waitedMs,
    });
  }

  report(query: ReportQuery, requestId?: string): Promise<ReportAnswer> {
    const { query_type } = query;
    const read = (text: string) => parseReportAnswer(query_type, parseJson(text));
    return this.#ask(reportRouteOf(query_type), query, read, { headers: requestIdHeader(requestId) });
  }

  /**
   * The API refuses a query without its parameter at the door, before it costs anyone anything. In which words does not matter: LocalStack's
   * gateway uses AWS's, whatever the API has configured.
   */
  async probe(timeoutMs: number, requestId?: string): Promise<void> {
    const request = { method: 'GET', url: this.#probeUrl, headers: requestIdHeader(requestId) };
    const asked = this.#transport(request, { timeoutMs, maxBytes: MAX_ANSWER_BYTES });
    const { status } = await asked.catch((cause) => {
      throw new AppError('UPSTREAM.UNAVAILABLE', { cause });
    });
    if (status !== 400) throw new AppError('UPSTREAM.FAILED', { cause: `status ${status}` });
  }
}
