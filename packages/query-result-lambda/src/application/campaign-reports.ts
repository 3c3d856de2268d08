import {
  AppError,
  type CAMPAIGN_REPORTS,
  type CampaignPlace,
  type CampaignStatistics,
  decodeCampaignCursor,
  encodeCampaignCursor,
  type ReportAnswer,
  type ReportOf,
  type ReportReader,
} from '@notify/shared-domain';

type CampaignReportType = (typeof CAMPAIGN_REPORTS)[number];

/** Reads `campaign-statistics`. */
export interface Campaigns {
  /** How a campaign does; undefined when nothing was ever counted of it. */
  statistics(marketingId: string): Promise<CampaignStatistics | undefined>;
  /** Campaigns, the newest first. */
  list(
    limit: number,
    from: CampaignPlace | undefined,
  ): Promise<{ readonly campaigns: readonly CampaignStatistics[]; readonly next: CampaignPlace | undefined }>;
}

/** Answers the reports on campaigns from their statistics. */
export class CampaignReports implements ReportReader<CampaignReportType> {
  readonly #campaigns: Campaigns;

  constructor(campaigns: Campaigns) {
    this.#campaigns = campaigns;
  }

  report(query: ReportOf<CampaignReportType>): Promise<ReportAnswer<CampaignReportType>> {
    return query.query_type === 'campaign'
      ? this.#campaign(query.marketing_id)
      : this.#list(query.limit, query.cursor);
  }

  async #campaign(marketingId: string): Promise<ReportAnswer<'campaign'>> {
    const data = await this.#campaigns.statistics(marketingId);
    if (data === undefined) {
      throw new AppError('CAMPAIGN.NOT_FOUND', {
        detail: 'No notification was ever counted for this campaign.',
      });
    }
    return { success: true, message: counted(data.total, 'notification'), data };
  }

  async #list(limit: number, cursor: string | undefined): Promise<ReportAnswer<'campaigns'>> {
    const from = cursor === undefined ? undefined : decodeCampaignCursor(cursor);
    const { campaigns, next } = await this.#campaigns.list(limit, from);
    return {
      success: true,
      message: counted(campaigns.length, 'campaign'),
      data: campaigns.map(({ failures: _, by_hour: __, ...summary }) => summary),
      total_count: campaigns.length,
      ...(next && { next_cursor: encodeCampaignCursor(next) }),
    };
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'} found`;
