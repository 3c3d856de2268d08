import {
  type Answer,
  CAMPAIGN_REPORTS,
  functionEnvelope,
  isReportType,
  type NotificationReader,
  parseQuery,
  parseQueryType,
  parseReport,
  type ReportAnswer,
  type ReportReader,
  routeOf,
  toAnswer,
} from '@notify/shared-domain';

type CampaignReportType = (typeof CAMPAIGN_REPORTS)[number];

/** Answers `{query_type, …}` as the clients of that query's generation read it. */
export const answerInvocation =
  (reader: NotificationReader, reports: ReportReader<CampaignReportType>) =>
  async ({
    query_type,
    ...input
  }: Readonly<Record<string, unknown>>): Promise<Answer | ReportAnswer<CampaignReportType>> => {
    if (isReportType(query_type, CAMPAIGN_REPORTS)) return reports.report(parseReport(query_type, input));
    const query = parseQuery(parseQueryType(query_type), input);
    return toAnswer(functionEnvelope(routeOf(query.query_type)), query, await reader.read(query));
  };
