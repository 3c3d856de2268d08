import { createNotifyClient } from '@notify/client';
import { CAMPAIGN_REPORTS, PIPELINE_REPORTS, REPORT_ROUTES, type ReportType } from '@notify/shared-domain';
import type { HttpAnswer, Sign } from './http.ts';
import type { Stage } from './stage.ts';

/** A way to ask for a report: a route of the API or of the service itself, or a direct invoke. */
export interface ReportDoor {
  readonly name: string;
  readonly query_type: ReportType;
  readonly ask: (query: object) => Promise<Pick<HttpAnswer, 'status' | 'body'>>;
}

/** The functions that answer reports when they are invoked. */
const FUNCTIONS = [
  ['query-result-lambda', CAMPAIGN_REPORTS],
  ['pipeline-query-lambda', PIPELINE_REPORTS],
] as const;

/** Every door to the reports of a stage. */
export const reportDoorsOf = ({ notifications, sign, target, invoke }: Stage): readonly ReportDoor[] => [
  ...through(sign, notifications, ''),
  ...(target.serviceUrl ? through(sign, target.serviceUrl, ' at the service') : []),
  ...FUNCTIONS.flatMap(([name, types]) => types.map((query_type) => ({ name, query_type }))).map(
    ({ name, query_type }) => ({
      name: `invoke ${query_type}`,
      query_type,
      ask: async (query: object) => {
        const { payload, functionError } = await invoke(name, { query_type, ...query });
        const { status = 200 } = payload as { status?: number };
        return { status: functionError ? 500 : status, body: payload };
      },
    }),
  ),
];

const through = (sign: Sign, baseUrl: string, where: string): ReportDoor[] => {
  const client = createNotifyClient({ baseUrl, sign });
  return REPORT_ROUTES.map((route) => ({
    name: `${route.method} ${route.path}${where}`,
    query_type: route.query_type,
    ask: (query) => client.send(route, query),
  }));
};
