import { setTimeout as delay } from 'node:timers/promises';
import type { Http, HttpAnswer } from './http.ts';

export interface ListedUser {
  readonly UserID: string;
  readonly Name: string;
}

/** The three routes of the users API, as a client asks them. */
export class UsersApi {
  readonly #url: string;
  readonly #http: Http;

  constructor({ users, http }: { readonly users: string; readonly http: Http }) {
    this.#url = users;
    this.#http = http;
  }

  command(
    user_id: string,
    event_type: string,
    payload: object,
    idempotencyKey?: string,
  ): Promise<HttpAnswer> {
    const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return this.#http.post(`${this.#url}/command`, { user_id, event_type, payload }, headers);
  }

  detail(user_id: string, query: object = {}): Promise<HttpAnswer> {
    return this.#http.get(`${this.#url}/detail`, { user_id, ...query });
  }

  /** A user as of a sequence, asked for as by a client that comes again when it is told to. */
  async detailAtLeast(user_id: string, sequence: string): Promise<HttpAnswer> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await this.detail(user_id, { at_least: sequence });
      if (answer.status !== 503 || Date.now() > deadline) return answer;
      await delay(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
    }
  }

  /** Everyone, over all pages. */
  async list(): Promise<ListedUser[]> {
    const found: ListedUser[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await this.#http.get(`${this.#url}/list`, { limit: 1000, ...(cursor && { cursor }) });
      const page = body as { users: ListedUser[]; next_cursor?: string };
      found.push(...page.users);
      cursor = page.next_cursor;
    } while (cursor);
    return found;
  }
}
