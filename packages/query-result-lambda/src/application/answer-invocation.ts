import {
  type Answer,
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

/** Answers `{query_type, …}` as the clients of that query's generation read it. */
export const answerInvocation =
  (reader: NotificationReader, reports: ReportReader) =>
  async ({ query_type, ...input }: Readonly<Record<string, unknown>>): Promise<Answer | ReportAnswer> => {
    if (isReportType(query_type)) return reports.report(parseReport(query_type, input));
    const query = parseQuery(parseQueryType(query_type), input);
    return toAnswer(functionEnvelope(routeOf(query.query_type)), query, await reader.read(query));
  };
