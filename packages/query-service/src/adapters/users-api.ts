import { createNotifyClient, forFarCaller, type NotifyClientOptions } from '@notify/client';
import { AppError, fromProblem } from '@notify/shared-domain';
import { requestIdHeader } from './request-id.ts';

/** Asks the users' REST API what the console shows of it. */
export class UsersApi {
  readonly #client;

  /**
   * @param url with its stage
   * @param sign signs each request, where the API asks for it
   */
  constructor(url: string, timeoutMs: number, sign?: NotifyClientOptions['sign']) {
    this.#client = createNotifyClient({ baseUrl: url, timeoutMs, ...(sign ? { sign } : {}) });
  }

  /**
   * @returns the body of the 200 answer
   * @throws AppError the API's own, where the caller can act on it; else `UPSTREAM.FAILED`
   */
  async ask(path: '/list' | '/detail', parameters: object, requestId?: string): Promise<unknown> {
    const { status, body } = await this.#client.send({ method: 'GET', path }, parameters, {
      headers: requestIdHeader(requestId),
    });
    if (status === 200 && body !== undefined) return body;
    throw forFarCaller(fromProblem(body) ?? new AppError('UPSTREAM.FAILED'));
  }
}
