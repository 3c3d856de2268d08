import * as z from 'zod/mini';
import { CampaignStatistics, CampaignSummary } from '../campaign/statistics.ts';
import type { ReportQuery, ReportType } from './report.ts';

/** The 200 body of the report on one campaign. */
export const CampaignAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: CampaignStatistics,
});

/** The 200 body of the list of campaigns, the newest first. */
export const CampaignsAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.array(CampaignSummary),
  /** How many campaigns this page holds. */
  total_count: z.int(),
  next_cursor: z.optional(z.string()),
});

const ANSWERS = { campaign: CampaignAnswer, campaigns: CampaignsAnswer } as const;

export type ReportAnswer<T extends ReportType = ReportType> = T extends ReportType
  ? z.infer<(typeof ANSWERS)[T]>
  : never;

/** What a report of this type answers; undefined when a body is no such answer. */
export const parseReportAnswer = <T extends ReportType>(
  query_type: T,
  body: unknown,
): ReportAnswer<T> | undefined => ANSWERS[query_type].safeParse(body).data as ReportAnswer<T> | undefined;

/**
 * Whoever can be asked for reports: what reads the tables, or a service that asks it.
 *
 * Rejects with AppError `CAMPAIGN.NOT_FOUND`, `QUERY.CURSOR.INVALID`, and as a reader of notifications does.
 */
export interface ReportReader {
  report(query: ReportQuery): Promise<ReportAnswer>;
}
