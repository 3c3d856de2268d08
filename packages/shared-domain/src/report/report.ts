import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { MAX_CURSOR_LENGTH } from '../query/query.ts';
import { ID_RULE, Id, Timestamp } from '../record/vocabulary.ts';

/** A report costs about as much for each campaign as a page of notifications, so that a page of campaigns is short. */
export const MAX_CAMPAIGNS = 100;

/** An explanation holds command, row and entries of quarantine, so that a page of them is shorter still. */
export const MAX_EXPLANATIONS = 20;
export const MAX_ENTRIES = 100;
/** Room for the longest key of quarantine (2 KB, twice escaped as JSON) in base64. */
export const MAX_ENTRY_CURSOR_LENGTH = 8192;

const limit = (greatest: number, usual: number) =>
  z._default(z.int().check(z.minimum(1), z.maximum(greatest)), usual);
const cursor = (maxLength: number) => z.optional(z.string().check(z.minLength(1), z.maxLength(maxLength)));

/** The inputs of the reports as they come over the wire; unknown members are ignored. */
export const CampaignReport = z.object({ marketing_id: Id });
export const CampaignsReport = z.object({
  limit: limit(MAX_CAMPAIGNS, 20),
  cursor: cursor(MAX_CURSOR_LENGTH),
});
export const ExplainReport = z.object({
  transaction_id: Id,
  created_at: z.optional(Timestamp),
  limit: limit(MAX_EXPLANATIONS, 10),
  cursor: cursor(MAX_CURSOR_LENGTH),
});
export const StatusReport = z.object({});
export const QuarantineReport = z.object({
  code: z.optional(Id),
  limit: limit(MAX_ENTRIES, 20),
  cursor: cursor(MAX_ENTRY_CURSOR_LENGTH),
});

const REPORT_SCHEMAS = {
  campaign: CampaignReport,
  campaigns: CampaignsReport,
  explain: ExplainReport,
  status: StatusReport,
  quarantine: QuarantineReport,
} as const;

/** What is asked beside the notifications themselves; the `query_type` of a direct invoke. */
export type ReportType = keyof typeof REPORT_SCHEMAS;

/** What query-result-lambda answers: how campaigns do. */
export const CAMPAIGN_REPORTS = ['campaign', 'campaigns'] as const satisfies readonly ReportType[];
/** What pipeline-query-lambda answers: how the pipeline does, and what became of one notification in it. */
export const PIPELINE_REPORTS = ['explain', 'status', 'quarantine'] as const satisfies readonly ReportType[];

/** What a question holds beside its type; an object of no members is no object that may have none. */
type Members<T> = string extends keyof T ? unknown : T;

/** A valid question for a report of one type. */
export type ReportOf<T extends ReportType> = T extends ReportType
  ? Members<z.output<(typeof REPORT_SCHEMAS)[T]>> & { readonly query_type: T }
  : never;
export type ReportQuery = ReportOf<ReportType>;

/** A question as a caller may give it: what has a default left out. */
export type ReportInput<T extends ReportType = ReportType> = T extends ReportType
  ? Members<z.input<(typeof REPORT_SCHEMAS)[T]>> & { readonly query_type: T }
  : never;

export const isReportType = <T extends ReportType>(value: unknown, types: readonly T[]): value is T =>
  types.includes(value as T);

const RULES: Readonly<Record<string, string>> = {
  marketing_id: ID_RULE,
  transaction_id: ID_RULE,
  created_at: 'whole milliseconds since 1970',
  code: ID_RULE,
  cursor: 'the next_cursor of an earlier page, as it was given',
};
const GREATEST_LIMITS: Readonly<Partial<Record<ReportType, number>>> = {
  campaigns: MAX_CAMPAIGNS,
  explain: MAX_EXPLANATIONS,
  quarantine: MAX_ENTRIES,
};
const ruleOf = (query_type: ReportType, name: string): string =>
  RULES[name] ?? `a whole number from 1 to ${GREATEST_LIMITS[query_type]}`;

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
    throw new AppError('REQUEST.PARAMETER_INVALID', {
      detail: `${name} must be ${ruleOf(query_type, name)}.`,
    });
  }
  throw new AppError('REQUEST.PARAMETER_MISSING', {
    detail: `${name} is required: ${ruleOf(query_type, name)}.`,
  });
};

/** The same from URL parameters, which are all text. Throws as {@link parseReport}. */
export const parseReportParameters = <T extends ReportType>(
  query_type: T,
  parameters: Readonly<Record<string, unknown>>,
): ReportOf<T> => {
  const numbers = ['limit', 'created_at'].flatMap((name) => {
    const text = parameters[name];
    return typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? [[name, Number(text)]] : [];
  });
  return parseReport(query_type, { ...parameters, ...Object.fromEntries(numbers) });
};

/** A way to ask for a report over HTTP. */
export interface ReportRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query_type: ReportType;
}

/** Every route of the reports. GET goes to the function that answers it, POST by the service. */
export const REPORT_ROUTES: readonly ReportRoute[] = [
  { method: 'GET', path: '/query/campaign', query_type: 'campaign' },
  { method: 'POST', path: '/query/campaign', query_type: 'campaign' },
  { method: 'GET', path: '/campaigns', query_type: 'campaigns' },
  { method: 'POST', path: '/query/campaigns', query_type: 'campaigns' },
  { method: 'GET', path: '/explain', query_type: 'explain' },
  { method: 'GET', path: '/status', query_type: 'status' },
  { method: 'GET', path: '/quarantine', query_type: 'quarantine' },
];

/** The GET route by which a report of this type is asked for. */
export const reportRouteOf = (query_type: ReportType): ReportRoute =>
  REPORT_ROUTES.find((route) => route.query_type === query_type && route.method === 'GET') as ReportRoute;
