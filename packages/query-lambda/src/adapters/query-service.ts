import { getJson } from '@notify/http-client';
import {
  type AnswerOf,
  AppError,
  type NotificationQueries,
  parseAnswer,
  type QueryOf,
  type QueryType,
  toQueryParameters,
} from '@notify/shared-domain';

/** Asks the query service. */
export class QueryServiceAdapter implements NotificationQueries {
  readonly #url: string;
  readonly #timeoutMs: number;

  constructor(url: string, timeoutMs: number) {
    this.#url = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
  }

  /** @param requestId under which the service logs the query, too */
  async ask<T extends QueryType>(query: QueryOf<T>, requestId?: string): Promise<AnswerOf<T>> {
    const url = new URL(`${this.#url}/query/${query.query_type}?${toQueryParameters(query)}`);
    const headers = requestId === undefined ? {} : { 'x-request-id': requestId };
    const body = await getJson(url, { timeoutMs: this.#timeoutMs, headers });
    const answer = parseAnswer(query.query_type as T, body);
    if (answer === undefined) {
      throw new AppError('UPSTREAM.FAILED', { cause: 'The query service gave no answer to the query.' });
    }
    return answer;
  }
}
