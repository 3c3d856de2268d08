import {
  AppError,
  type NotificationQuery,
  type Page,
  type ReportAnswer,
  type ReportQuery,
} from '@notify/shared-domain';
import { createPageReader, type NotifyClientOptions } from './page-reader.ts';
import { createReportReader } from './report-reader.ts';

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

export interface UpstreamReader {
  /**
   * @param headers to send along, such as the id of the request that is answered by this
   * @throws AppError as {@link forFarCaller} has it
   */
  read(query: NotificationQuery, headers?: Readonly<Record<string, string>>): Promise<Page>;
  /** Parameters and errors as of {@link read}. */
  report(query: ReportQuery, headers?: Readonly<Record<string, string>>): Promise<ReportAnswer>;
}

/** The query API as a service asks it in the name of its own caller, within `timeoutMs`, retries included. */
export const createUpstreamReader = (
  baseUrl: string,
  timeoutMs: number,
  sign?: NotifyClientOptions['sign'],
): UpstreamReader => {
  const options = { baseUrl, timeoutMs, ...(sign ? { sign } : {}), waits: false };
  const read = createPageReader(options);
  const report = createReportReader(options);
  const passOn = (error: unknown): never => {
    throw forFarCaller(error);
  };
  return {
    read: (query, headers = {}) => read(query, { headers }).catch(passOn),
    report: (query, headers = {}) => report(query, { headers }).catch(passOn),
  };
};
