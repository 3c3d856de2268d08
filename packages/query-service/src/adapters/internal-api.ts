import { createNotifyClient, createUpstreamReader, type UpstreamReader } from '@notify/client';
import {
  AppError,
  type NotificationQuery,
  type NotificationReader,
  type Page,
  routeOf,
} from '@notify/shared-domain';
import type { Upstream } from '../application/readiness.ts';
import { requestIdHeader } from './request-id.ts';

/** Asks the private REST API (V4). */
export class InternalApiAdapter implements NotificationReader, Upstream {
  readonly name = 'internal API';
  readonly #url: string;
  readonly #api: UpstreamReader;

  /** @param url with its stage, such as `https://….amazonaws.com/v1` */
  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#api = createUpstreamReader(url, timeoutMs);
  }

  read(query: NotificationQuery): Promise<Page> {
    return this.#api.read(query, requestIdHeader());
  }

  /**
   * The API refuses a query without its parameter at the door, before it costs anyone anything. In which words does not matter: LocalStack's
   * gateway uses AWS's, whatever the API has configured.
   */
  async probe(timeoutMs: number): Promise<void> {
    const client = createNotifyClient({ baseUrl: this.#url, timeoutMs });
    const { status } = await client.send(routeOf('transaction'), {}, { headers: requestIdHeader() });
    if (status !== 400) throw new AppError('UPSTREAM.FAILED', { cause: `status ${status}` });
  }
}
