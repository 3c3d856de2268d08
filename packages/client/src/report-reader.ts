import {
  parseJson,
  parseReportAnswer,
  type ReportAnswer,
  type ReportInput,
  type ReportType,
  reportRouteOf,
} from '@notify/shared-domain';
import { type AskOptions, createAsk, type NotifyClientOptions } from './page-reader.ts';

/** One report. Throws as a page's reader does, and `CAMPAIGN.NOT_FOUND`. */
type ReadReport = <T extends ReportType>(
  question: ReportInput<T>,
  options?: AskOptions,
) => Promise<ReportAnswer<T>>;

export const createReportReader = (options: NotifyClientOptions): ReadReport => {
  const ask = createAsk(options);
  return <T extends ReportType>(question: ReportInput<T>, askOptions?: AskOptions) => {
    const type = question.query_type as T;
    const read = (text: string) => parseReportAnswer(type, parseJson(text));
    return ask(reportRouteOf(type), question, read, askOptions);
  };
};
