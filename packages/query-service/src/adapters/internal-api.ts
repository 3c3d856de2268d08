import { getJson, refusal } from '@notify/http-client';
import {
  type AnswerOf,
  AppError,
  type NotificationQueries,
  parseAnswer,
  type QueryOf,
  type QueryType,
  toQueryParameters,
} from '@notify/shared-domain';
import type { Upstream } from '../application/readiness.ts';
import { requestIdHeader } from './request-id.ts';

const ENDPOINTS: Readonly<Partial<Record<QueryType, string>>> = { transaction: '/tx', fail: '/fail' };

/** Asks the private REST API (V4). */
export class InternalApiAdapter implements NotificationQueries, Upstream {
  readonly name = 'internal API';
  readonly #url: string;
  readonly #timeoutMs: number;

  /** @param url with its stage, such as `https://….amazonaws.com/v1` */
  constructor(url: string, timeoutMs: number) {
    this.#url = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
  }

  async ask<T extends QueryType>(query: QueryOf<T>): Promise<AnswerOf<T>> {
    const endpoint = ENDPOINTS[query.query_type];
    if (endpoint === undefined) {
      throw new AppError('INTERNAL.ERROR', { cause: `The internal API has no ${query.query_type} query.` });
    }
    const body = await this.#get(`${endpoint}?${toQueryParameters(query)}`, this.#timeoutMs);
    const answer = parseAnswer(query.query_type as T, body);
    if (answer === undefined) throw refusal(body);
    return answer;
  }

  /**
   * The API refuses a query without its parameter at the door, before it costs anyone anything. In which words does not matter: LocalStack's
   * gateway uses AWS's, whatever the API has configured.
   */
  async probe(timeoutMs: number): Promise<void> {
    const response = await fetch(`${this.#url}/tx`, {
      headers: requestIdHeader(),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause) => {
      throw new AppError('UPSTREAM.UNAVAILABLE', { cause });
    });
    await response.body?.cancel();
    if (response.status !== 400)
      throw new AppError('UPSTREAM.FAILED', { cause: `status ${response.status}` });
  }

  #get(path: string, timeoutMs: number): Promise<unknown> {
    return getJson(new URL(`${this.#url}${path}`), { timeoutMs, headers: requestIdHeader() });
  }
}
