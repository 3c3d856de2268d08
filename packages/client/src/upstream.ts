import {
  AppError,
  type NotificationQuery,
  type Page,
  parseAnswer,
  parseJson,
  routeOf,
} from '@notify/shared-domain';
import type { Transport } from './exchange.ts';
import { type Ask, createAsk } from './page-reader.ts';

/** What the caller at the far end has asked for and is not there; an unknown route is between the services. */
const NOT_THERE: ReadonlySet<string> = new Set(['CAMPAIGN.NOT_FOUND', 'USER.NOT_FOUND']);
/** What the caller at the far end can act on: mend the query, or come again later. All else is between the services. */
const PASSED_ON: ReadonlySet<number> = new Set([400, 429, 503, 504]);

/**
 * The error to answer with when whom we asked for somebody failed: its own, as far as that somebody can do something
 * about it, else `UPSTREAM.FAILED`.
 */
export const forFarCaller = (error: unknown): AppError =>
  error instanceof AppError && (PASSED_ON.has(error.status) || NOT_THERE.has(error.code))
    ? error
    : new AppError('UPSTREAM.FAILED', { cause: error });

/**
 * Asks the query API as a service does in the name of its own caller, within `timeoutMs`, retries included.
 *
 * @throws AppError as {@link forFarCaller} has it
 */
export const createUpstreamAsk = (baseUrl: string, timeoutMs: number, transport?: Transport): Ask => {
  const ask = createAsk({ baseUrl, timeoutMs, waits: false }, transport);
  return (route, input, read, options) =>
    ask(route, input, read, options).catch((error: unknown) => {
      throw forFarCaller(error);
    });
};

export interface UpstreamReader {
  /**
   * @param headers to send along, such as the id of the request that is answered by this
   * @throws AppError as {@link forFarCaller} has it
   */
  read(query: NotificationQuery, headers?: Readonly<Record<string, string>>): Promise<Page>;
}

/** Reads the query API as {@link createUpstreamAsk} asks it. */
export const createUpstreamReader = (baseUrl: string, timeoutMs: number): UpstreamReader => {
  const ask = createUpstreamAsk(baseUrl, timeoutMs);
  const page = (text: string) => parseAnswer(parseJson(text));
  return { read: (query, headers = {}) => ask(routeOf(query.query_type), query, page, { headers }) };
};
