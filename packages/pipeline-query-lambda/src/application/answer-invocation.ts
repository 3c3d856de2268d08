import {
  AppError,
  isReportType,
  PIPELINE_REPORTS,
  parseReport,
  type ReportAnswer,
  type ReportReader,
} from '@notify/shared-domain';

type PipelineReportType = (typeof PIPELINE_REPORTS)[number];

/** Answers `{query_type, …}`. */
export const answerInvocation =
  (reports: ReportReader<PipelineReportType>) =>
  async ({
    query_type,
    ...input
  }: Readonly<Record<string, unknown>>): Promise<ReportAnswer<PipelineReportType>> => {
    if (isReportType(query_type, PIPELINE_REPORTS)) return reports.report(parseReport(query_type, input));
    throw new AppError('REQUEST.PARAMETER_INVALID', {
      detail: `query_type must be one of ${PIPELINE_REPORTS.join(', ')}.`,
    });
  };
