import {
  type Health,
  parseQuery,
  parseQueryParameters,
  parseReport,
  parseReportParameters,
  QUERY_ROUTES,
  REPORT_ROUTES,
} from '@notify/shared-domain';
import type { FastifyInstance } from 'fastify';
import type { NotificationAnswers, ReportAnswers } from '../../application/query-notifications.ts';
import type { Readiness } from '../../application/readiness.ts';
import { readParameters } from './parameters.ts';

/** As the framework says it of an object that it writes. */
const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

/** The query API, all its generations side by side. */
export const queryRoutes = (app: FastifyInstance, notifications: NotificationAnswers): void => {
  for (const { method, path, query_type, envelope } of QUERY_ROUTES) {
    app.route({
      method,
      url: path,
      handler: async ({ id, url, body }, reply) => {
        const query =
          method === 'GET'
            ? parseQueryParameters(query_type, readParameters(url))
            : parseQuery(query_type, body === undefined ? {} : body);
        const answer = await notifications.answer(query, envelope, id);
        reply.header('content-type', JSON_MEDIA_TYPE);
        return answer;
      },
    });
  }
};

/** The reports on what the notifications come to. */
export const reportRoutes = (app: FastifyInstance, reports: ReportAnswers): void => {
  for (const { method, path, query_type } of REPORT_ROUTES) {
    app.route({
      method,
      url: path,
      handler: async ({ id, url, body }) => {
        const query =
          method === 'GET'
            ? parseReportParameters(query_type, readParameters(url))
            : parseReport(query_type, body);
        return reports.report(query, id);
      },
    });
  }
};

/** What load balancers and operators ask. */
export const healthRoutes = (app: FastifyInstance, readiness: Readiness): void => {
  const healthy = { status: 'healthy', service: 'query-service' } as const satisfies Health;
  app.get('/health', async () => healthy);
  app.get('/health/ready', async (request): Promise<Health> => {
    const upstreams = await readiness.check(request.id);
    return { ...healthy, checks: Object.fromEntries(upstreams.map((name) => [name, 'ok'])) };
  });
};
