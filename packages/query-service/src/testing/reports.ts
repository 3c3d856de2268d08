import {
  AppError,
  type CampaignStatistics,
  decodeCampaignCursor,
  decodeEntryCursor,
  type Explanation,
  encodeCampaignCursor,
  type PipelineStatus,
  type QuarantinedRecord,
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

/** A record that is set aside. */
const QUARANTINED: QuarantinedRecord = {
  table_key: 'command-records#["tx_001","1"]',
  version: '7',
  code: 'RECORD.INVALID',
  detail: 'Missing: platform.',
  event_name: 'INSERT',
  source_table: 'command-records',
  transaction_id: 'tx_001',
  created_at: 1,
  first_seen: '2026-01-01T00:00:00.000Z',
  image: { status: 'SENT' },
};

/** Answers reports as query-result-lambda and pipeline-query-lambda do. */
export const inMemoryReports: ReportReader = {
  report: async (query) => {
    switch (query.query_type) {
      case 'campaign': {
        const data = CAMPAIGNS.find(({ marketing_id }) => marketing_id === query.marketing_id);
        if (!data) throw new AppError('CAMPAIGN.NOT_FOUND');
        return { ...FOUND, data };
      }
      case 'campaigns': {
        const from = query.cursor === undefined ? 0 : decodeCampaignCursor(query.cursor).listedAt;
        const page = CAMPAIGNS.slice(from, from + query.limit);
        const next = from + page.length;
        return {
          ...FOUND,
          data: page.map(({ failures: _, by_hour: __, ...summary }) => summary),
          total_count: page.length,
          ...(next < CAMPAIGNS.length && {
            next_cursor: encodeCampaignCursor({ marketingId: 'next', listedAt: next }),
          }),
        };
      }
      case 'explain': {
        const { transaction_id, created_at = null } = query;
        const data = [{ ...EXPLANATION, transaction_id, created_at }];
        return { ...FOUND, data, total_count: 1 };
      }
      case 'status':
        return { ...FOUND, data: STATUS };
      case 'quarantine': {
        if (query.cursor !== undefined) decodeEntryCursor(query.cursor, query.code);
        return { ...FOUND, data: [QUARANTINED], total_count: 1 };
      }
    }
  },
};

const FOUND = { success: true, message: 'found' } as const;

const EXPLANATION: Omit<Explanation, 'transaction_id' | 'created_at'> = {
  state: 'set aside',
  reason: 'RECORD.INVALID',
  command: { status: 'SENT' },
  row: null,
  version: null,
  delay_ms: 5,
  quarantine: [QUARANTINED],
  differences: [{ field: 'status', expected: 'SENT', actual: null }],
  remedy: 'notify redrive --transaction-id tx_001',
};

const STATUS: PipelineStatus = {
  projections: [
    {
      name: 'notification-records',
      lag_ms: 5,
      records_per_s: 0.5,
      last_record_at: 1_700_000_000_000,
      updated_at: 1_700_000_000_400,
    },
    {
      name: 'campaign-statistics',
      lag_ms: null,
      records_per_s: null,
      last_record_at: null,
      updated_at: null,
    },
  ],
  quarantine: [{ code: 'RECORD.INVALID', count: 1 }],
  quarantine_complete: true,
  rebuild: { phase: 'filling', table: 'rows-2', replaces: 'rows', started_at: 1, filled: 2 },
};
