import {
  createNotifyClient,
  createUpstreamReader,
  type NotifyClientOptions,
  type UpstreamReader,
} from '@notify/client';
import {
  AppError,
  type NotificationQuery,
  type NotificationReader,
  type Page,
  type ReportAnswer,
  type ReportQuery,
  type ReportReader,
  routeOf,
} from '@notify/shared-domain';
import type { Upstream } from '../application/readiness.ts';
import { requestIdHeader } from './request-id.ts';

/** Asks the private REST API (V4). */
export class InternalApiAdapter implements NotificationReader, ReportReader, Upstream {
  readonly name = 'internal API';
  readonly #url: string;
  readonly #api: UpstreamReader;
  readonly #sign: NotifyClientOptions['sign'];

  /**
   * @param url with its stage, such as `https://….amazonaws.com/v1`
   * @param sign signs each request, where the API asks for it
   */
  constructor(url: string, timeoutMs: number, sign?: NotifyClientOptions['sign']) {
    this.#url = url;
    this.#sign = sign;
    this.#api = createUpstreamReader(url, timeoutMs, sign);
  }

  read(query: NotificationQuery): Promise<Page> {
    return this.#api.read(query, requestIdHeader());
  }

  report(query: ReportQuery): Promise<ReportAnswer> {
    return this.#api.report(query, requestIdHeader());
  }

  /**
   * The API refuses a query without its parameter at the door, before it costs anyone anything. In which words does not matter: LocalStack's
   * gateway uses AWS's, whatever the API has configured.
   */
  async probe(timeoutMs: number): Promise<void> {
    const sign = this.#sign;
    const client = createNotifyClient({ baseUrl: this.#url, timeoutMs, ...(sign ? { sign } : {}) });
    const { status } = await client.send(routeOf('sns'), {}, { headers: requestIdHeader() });
    if (status !== 400) throw new AppError('UPSTREAM.FAILED', { cause: `status ${status}` });
  }
}
