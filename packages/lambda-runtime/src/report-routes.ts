import {
  isReportType,
  parseReportParameters,
  REPORT_ROUTES,
  type ReportReader,
  type ReportType,
} from '@notify/shared-domain';
import type { Route } from './http-handler.ts';

/** The GET routes of the reports of these types. */
export const reportRoutes = <T extends ReportType>(
  types: readonly T[],
  reports: ReportReader<T>,
): Readonly<Record<string, Route>> =>
  Object.fromEntries(
    REPORT_ROUTES.flatMap(({ method, path, query_type }) =>
      method === 'GET' && isReportType(query_type, types)
        ? [
            [
              `${method} ${path}`,
              ({ parameters }) => reports.report(parseReportParameters(query_type, parameters)),
            ] satisfies [string, Route],
          ]
        : [],
    ),
  );
