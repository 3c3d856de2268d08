import { parseReportParameters, REPORT_ROUTES, type ReportReader } from '@notify/shared-domain';
import type { Route } from './http-handler.ts';

/** The GET routes of the reports. */
export const reportRoutes = (reports: ReportReader): Readonly<Record<string, Route>> =>
  Object.fromEntries(
    REPORT_ROUTES.filter(({ method }) => method === 'GET').map(({ method, path, query_type }) => [
      `${method} ${path}`,
      ({ parameters }) => reports.report(parseReportParameters(query_type, parameters)),
    ]),
  );
