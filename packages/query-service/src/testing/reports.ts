import {
  AppError,
  type CampaignStatistics,
  decodeCampaignCursor,
  encodeCampaignCursor,
  type ReportReader,
} from '@notify/shared-domain';

/** Statistics of a campaign of so many notifications. */
const statistics = (marketing_id: string, total: number): CampaignStatistics => ({
  marketing_id,
  total,
  by_status: { SENT: total - 1, DELIVERED: 0, FAILED: 1 },
  by_platform: { IOS: total, ANDROID: 0, WEBPUSH: 0 },
  first_created_at: 1,
  last_created_at: 2,
  updated_at: null,
  failures: [{ reason: 'gone', platform: 'IOS', count: 1 }],
  by_hour: [{ hour: '1970-01-01T00:00:00Z', count: total }],
});

/** The campaigns that {@link inMemoryReports} knows, the newest first. */
const CAMPAIGNS = [statistics('summer', 3), statistics('spring', 2)];

/** Answers reports as query-result-lambda does. */
export const inMemoryReports: ReportReader = {
  report: async (query) => {
    if (query.query_type === 'campaign') {
      const data = CAMPAIGNS.find(({ marketing_id }) => marketing_id === query.marketing_id);
      if (!data) throw new AppError('CAMPAIGN.NOT_FOUND');
      return { success: true, message: 'found', data };
    }
    const from = query.cursor === undefined ? 0 : decodeCampaignCursor(query.cursor).listedAt;
    const page = CAMPAIGNS.slice(from, from + query.limit);
    const next = from + page.length;
    return {
      success: true,
      message: 'found',
      data: page.map(({ failures: _, by_hour: __, ...summary }) => summary),
      total_count: page.length,
      ...(next < CAMPAIGNS.length && {
        next_cursor: encodeCampaignCursor({ marketingId: 'next', listedAt: next }),
      }),
    };
  },
};
