import {
  type CampaignSummary,
  encodeCursor,
  functionEnvelope,
  parseQuery,
  QUERY_TYPES,
  type QueryType,
  type ReportAnswer,
  type ReportType,
  routeOf,
  toAnswer,
  toNotification,
} from '@notify/shared-domain';
import { benchRow, FIRST_CREATED_AT } from '../bench-row.ts';

/** What identifies what is asked for; a route takes of it what it knows. */
export const IDS = {
  user_id: 'user-1',
  marketing_id: 'campaign-1',
  transaction_id: 'tx-bench',
  sns_id: 'sns-1',
} as const;

/** What query-result-lambda and the private API answer, as they write it, with so many notifications on a page. */
export const answers = (page: number): Record<QueryType | ReportType, Buffer> => {
  const items = Array.from({ length: page }, (_, i) =>
    toNotification({ ...benchRow(IDS.transaction_id, i) }),
  );
  const queries = QUERY_TYPES.map((type) => {
    const query = parseQuery(type, IDS);
    const nextCursor = encodeCursor(query, { ...IDS, created_at: FIRST_CREATED_AT });
    return [type, toAnswer(functionEnvelope(routeOf(type)), query, { items, nextCursor })] as const;
  });
  const all = { ...Object.fromEntries(queries), ...REPORTS };
  return Object.fromEntries(
    Object.entries(all).map(([type, body]) => [type, Buffer.from(JSON.stringify(body))]),
  ) as Record<QueryType | ReportType, Buffer>;
};

const summary = (i: number): CampaignSummary => ({
  marketing_id: `campaign-${i}`,
  total: 1_000,
  by_status: { SENT: 900, DELIVERED: 50, FAILED: 50 },
  by_platform: { IOS: 400, ANDROID: 500, WEBPUSH: 100 },
  first_created_at: FIRST_CREATED_AT,
  last_created_at: FIRST_CREATED_AT + 3_600_000,
  updated_at: FIRST_CREATED_AT + 3_601_000,
});

const found = { success: true, message: 'found' } as const;
const quarantined = {
  table_key: 'command-records#["tx-bench","1"]',
  version: '7',
  code: 'RECORD.INVALID',
  detail: 'Missing: platform.',
  event_name: 'INSERT',
  source_table: 'command-records',
  transaction_id: IDS.transaction_id,
  created_at: 1,
  first_seen: '2026-01-01T00:00:00.000Z',
  image: { status: 'SENT' },
} as const;

const REPORTS: { readonly [Type in ReportType]: ReportAnswer<Type> } = {
  campaign: {
    ...found,
    data: {
      ...summary(1),
      failures: [{ reason: 'Unregistered', platform: 'IOS', count: 50 }],
      by_hour: Array.from({ length: 24 }, (_, hour) => ({
        hour: new Date(FIRST_CREATED_AT + hour * 3_600_000).toISOString(),
        count: 40,
      })),
    },
  },
  campaigns: { ...found, data: Array.from({ length: 10 }, (_, i) => summary(i)), total_count: 10 },
  explain: {
    ...found,
    data: [
      {
        transaction_id: IDS.transaction_id,
        created_at: 1,
        state: 'set aside',
        reason: 'RECORD.INVALID',
        command: { status: 'SENT' },
        row: null,
        version: null,
        delay_ms: 5,
        quarantine: [quarantined],
        differences: [{ field: 'status', expected: 'SENT', actual: null }],
        remedy: 'notify redrive --transaction-id tx-bench',
      },
    ],
    total_count: 1,
  },
  status: {
    ...found,
    data: {
      projections: ['notification-records', 'campaign-statistics'].map((name) => ({
        name,
        lag_ms: 5,
        records_per_s: 0.5,
        last_record_at: FIRST_CREATED_AT,
        updated_at: FIRST_CREATED_AT,
      })),
      quarantine: [{ code: 'RECORD.INVALID', count: 1 }],
      quarantine_complete: true,
      rebuild: null,
    },
  },
  quarantine: { ...found, data: [quarantined], total_count: 1 },
};
