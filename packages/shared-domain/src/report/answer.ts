import * as z from 'zod/mini';
import { CampaignStatistics, CampaignSummary } from '../campaign/statistics.ts';
import { Explanation } from '../pipeline/explanation.ts';
import { QuarantinedRecord } from '../pipeline/quarantined-record.ts';
import { PipelineStatus } from '../pipeline/status.ts';
import type { ReportOf, ReportType } from './report.ts';

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

/** The 200 body of what became of a notification, or of each of a transaction, the newest first. */
export const ExplainAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.array(Explanation),
  /** How many explanations this page holds. */
  total_count: z.int(),
  next_cursor: z.optional(z.string()),
});

/** The 200 body of the pipeline's state. */
export const StatusAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: PipelineStatus,
});

/** The 200 body of the list of what is set aside, in no order. */
export const QuarantineAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.array(QuarantinedRecord),
  /** How many entries this page holds; it may be fewer than asked for, and more behind the cursor. */
  total_count: z.int(),
  next_cursor: z.optional(z.string()),
});

const ANSWERS = {
  campaign: CampaignAnswer,
  campaigns: CampaignsAnswer,
  explain: ExplainAnswer,
  status: StatusAnswer,
  quarantine: QuarantineAnswer,
} as const;

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
export interface ReportReader<T extends ReportType = ReportType> {
  report(query: ReportOf<T>): Promise<ReportAnswer<T>>;
}
