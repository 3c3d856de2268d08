import {
  type CampaignSummary,
  type Notification,
  type Page,
  parseJson,
  type QueryInput,
  type QueryRoute,
  type ReportAnswer,
  type ReportInput,
  type ReportType,
} from '@notify/shared-domain';
import { exchange, fetchTransport } from './exchange.ts';
import {
  type AskOptions,
  createPageReader,
  DEFAULT_TIMEOUT_MS,
  type NotifyClientOptions,
  noAnswer,
  type ReadPage,
} from './page-reader.ts';
import { createReportReader } from './report-reader.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none, or more than is taken. */
  readonly body: unknown;
}

export interface NotifyClient {
  /** One page of a query. */
  readonly read: ReadPage;
  /** Every page of a query, from its cursor on, each asked for when it is wanted. Throws as {@link ReadPage}. */
  pages(query: QueryInput, options?: AskOptions): AsyncGenerator<Page, void>;
  /** Every notification of a query, over all its pages. Throws as {@link ReadPage}. */
  notifications(query: QueryInput, options?: AskOptions): AsyncGenerator<Notification, void>;
  /** Every campaign, the newest first, over all pages of the list, from its cursor on. Throws as {@link ReadPage}. */
  campaigns(
    question?: Omit<ReportInput<'campaigns'>, 'query_type'>,
    options?: AskOptions,
  ): AsyncGenerator<CampaignSummary, void>;
  /** How a campaign does, or which there are: one answer. Throws as {@link ReadPage}, and `CAMPAIGN.NOT_FOUND`. */
  report<T extends ReportType>(question: ReportInput<T>, options?: AskOptions): Promise<ReportAnswer<T>>;
  /**
   * What one route answers, whatever that is: asked once, not judged.
   *
   * @param input becomes URL parameters or the JSON body, by the method
   * @throws AppError `UPSTREAM.TIMEOUT` or `UPSTREAM.UNAVAILABLE` when there is no answer at all
   */
  send(route: Pick<QueryRoute, 'method' | 'path'>, input?: object, options?: AskOptions): Promise<Answer>;
}

/** A client of the query API: of the private REST API, or of the query service itself. */
export const createNotifyClient = (options: NotifyClientOptions): NotifyClient => {
  const read = createPageReader(options);
  const report = createReportReader(options);

  const pages: NotifyClient['pages'] = async function* (query, ask) {
    let cursor = query.cursor;
    do {
      const page = await read({ ...query, cursor }, ask);
      yield page;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  };

  return {
    read,
    pages,
    report,
    async *campaigns(question = {}, ask) {
      let { cursor } = question;
      do {
        const { data, next_cursor } = await report({ ...question, query_type: 'campaigns', cursor }, ask);
        yield* data;
        cursor = next_cursor;
      } while (cursor !== undefined);
    },
    async *notifications(query, ask) {
      for await (const { items } of pages(query, ask)) yield* items;
    },
    send: async (route, input = {}, { headers = {}, signal } = {}) => {
      const bounds = { timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal };
      const reply = await exchange(fetchTransport, options, route, input, headers, bounds).catch((cause) => {
        throw noAnswer(cause, signal).error;
      });
      return { status: reply.status, headers: reply.headers, body: parseJson(reply.text) };
    },
  };
};
