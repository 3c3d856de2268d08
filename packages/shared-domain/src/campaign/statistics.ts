import * as z from 'zod/mini';
import { Id, Platform, Timestamp } from '../record/vocabulary.ts';

const Count = z.int();

/** How a campaign does, as the list of campaigns has it. */
export const CampaignSummary = z.object({
  marketing_id: Id,
  /** Notifications whose command is there and well-formed. */
  total: Count,
  by_status: z.object({ SENT: Count, DELIVERED: Count, FAILED: Count }),
  by_platform: z.object({ IOS: Count, ANDROID: Count, WEBPUSH: Count }),
  /** Of all that the campaign has had, since it was counted or recounted; removed ones among them. Null as long as it has had none. */
  first_created_at: z.nullable(Timestamp),
  last_created_at: z.nullable(Timestamp),
  /** When the last change that is counted was written, to the second. */
  updated_at: z.nullable(Timestamp),
});
export type CampaignSummary = z.infer<typeof CampaignSummary>;

/** So many reasons of failures are told apart in an answer; the others of a platform are counted together, as `other`. */
export const TOP_REASONS = 20;

/** How a campaign does. */
export const CampaignStatistics = z.extend(CampaignSummary, {
  /** The most frequent first, the rest at the end. */
  failures: z.array(
    z.object({
      /** What the messages of the failure have in common, without ids and numbers; or `other`. */
      reason: z.string(),
      platform: Platform,
      count: Count,
    }),
  ),
  /** By the hours in which the notifications were made (`created_at`), the earliest first; hours without any are left out. */
  by_hour: z.array(
    z.object({
      /** In ISO 8601, such as `2026-11-24T13:00:00Z`. */
      hour: z.string(),
      count: Count,
    }),
  ),
});
export type CampaignStatistics = z.infer<typeof CampaignStatistics>;
