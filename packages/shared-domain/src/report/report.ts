import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { MAX_CURSOR_LENGTH } from '../query/query.ts';
import { ID_RULE, Id } from '../record/vocabulary.ts';

/** A report costs about as much for each campaign as a page of notifications, so that a page of campaigns is short. */
export const MAX_CAMPAIGNS = 100;

/** The inputs of the reports as they come over the wire; unknown members are ignored. */
export const CampaignReport = z.object({ marketing_id: Id });
export const CampaignsReport = z.object({
  limit: z._default(z.int().check(z.minimum(1), z.maximum(MAX_CAMPAIGNS)), 20),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_CURSOR_LENGTH))),
});

const REPORT_SCHEMAS = { campaign: CampaignReport, campaigns: CampaignsReport } as const;

/** What is asked about notifications beside the notifications themselves; the `query_type` of a direct invoke. */
export type ReportType = keyof typeof REPORT_SCHEMAS;

/** A valid question for a report of one type. */
export type ReportOf<T extends ReportType> = T extends ReportType
  ? z.output<(typeof REPORT_SCHEMAS)[T]> & { readonly query_type: T }
  : never;
export type ReportQuery = ReportOf<ReportType>;

/** A question as a caller may give it: what has a default left out. */
export type ReportInput<T extends ReportType = ReportType> = T extends ReportType
  ? z.input<(typeof REPORT_SCHEMAS)[T]> & { readonly query_type: T }
  : never;

export const isReportType = (value: unknown): value is ReportType =>
  typeof value === 'string' && Object.hasOwn(REPORT_SCHEMAS, value);

const RULES: Readonly<Record<string, string>> = {
  marketing_id: ID_RULE,
  limit: `a whole number from 1 to ${MAX_CAMPAIGNS}`,
  cursor: `the next_cursor of an earlier page, at most ${MAX_CURSOR_LENGTH} characters`,
};

/**
 * A question for a report from a JSON object: a request body or a direct invoke.
 *
 * @throws AppError `REQUEST.PARAMETER_MISSING`, `REQUEST.PARAMETER_INVALID` or `REQUEST.BODY_INVALID`
 */
export const parseReport = <T extends ReportType>(query_type: T, input: unknown): ReportOf<T> => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AppError('REQUEST.BODY_INVALID', { detail: 'The body must be a JSON object.' });
  }
  const parsed = REPORT_SCHEMAS[query_type].safeParse(input);
  if (parsed.success) return { query_type, ...parsed.data } as ReportOf<T>;
  const name = String(parsed.error.issues[0]?.path[0]);
  if (Object.hasOwn(input, name)) {
    throw new AppError('REQUEST.PARAMETER_INVALID', { detail: `${name} must be ${RULES[name]}.` });
  }
  throw new AppError('REQUEST.PARAMETER_MISSING', { detail: `${name} is required: ${RULES[name]}.` });
};

/** The same from URL parameters, which are all text. Throws as {@link parseReport}. */
export const parseReportParameters = <T extends ReportType>(
  query_type: T,
  parameters: Readonly<Record<string, unknown>>,
): ReportOf<T> => {
  const { limit } = parameters;
  const isNumber = typeof limit === 'string' && /^-?\d{1,15}$/.test(limit);
  return parseReport(query_type, isNumber ? { ...parameters, limit: Number(limit) } : parameters);
};

/** A way to ask for a report over HTTP. */
export interface ReportRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query_type: ReportType;
}

/** Every route of the reports. GET goes to the function, POST by the service. */
export const REPORT_ROUTES: readonly ReportRoute[] = [
  { method: 'GET', path: '/query/campaign', query_type: 'campaign' },
  { method: 'POST', path: '/query/campaign', query_type: 'campaign' },
  { method: 'GET', path: '/campaigns', query_type: 'campaigns' },
  { method: 'POST', path: '/query/campaigns', query_type: 'campaigns' },
];

/** The GET route by which a report of this type is asked for. */
export const reportRouteOf = (query_type: ReportType): ReportRoute =>
  REPORT_ROUTES.find((route) => route.query_type === query_type && route.method === 'GET') as ReportRoute;
