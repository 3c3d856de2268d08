import {
  type Health,
  type NotificationReader,
  parseQuery,
  parseQueryParameters,
  parseReport,
  parseReportParameters,
  QUERY_ROUTES,
  REPORT_ROUTES,
  type ReportReader,
  toAnswer,
} from '@notify/shared-domain';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../../application/readiness.ts';
import { asRequest } from '../request-id.ts';
import { readParameters } from './parameters.ts';

/** The query API, all its generations side by side. */
export const queryRoutes = (app: FastifyInstance, notifications: NotificationReader): void => {
  for (const { method, path, query_type, envelope } of QUERY_ROUTES) {
    app.route({
      method,
      url: path,
      handler: async ({ id, url, body }) => {
        const query =
          method === 'GET'
            ? parseQueryParameters(query_type, readParameters(url))
            : parseQuery(query_type, body === undefined ? {} : body);
        return toAnswer(envelope, query, await asRequest(id, () => notifications.read(query)));
      },
    });
  }
};

/** The reports on what the notifications come to. */
export const reportRoutes = (app: FastifyInstance, reports: ReportReader): void => {
  for (const { method, path, query_type } of REPORT_ROUTES) {
    app.route({
      method,
      url: path,
      handler: async ({ id, url, body }) => {
        const query =
          method === 'GET'
            ? parseReportParameters(query_type, readParameters(url))
            : parseReport(query_type, body);
        return asRequest(id, () => reports.report(query));
      },
    });
  }
};

/** What load balancers and operators ask. */
export const healthRoutes = (app: FastifyInstance, readiness: Readiness): void => {
  const healthy = { status: 'healthy', service: 'query-service' } as const satisfies Health;
  app.get('/health', async () => healthy);
  app.get('/health/ready', async (request): Promise<Health> => {
    const upstreams = await asRequest(request.id, () => readiness.check());
    return { ...healthy, checks: Object.fromEntries(upstreams.map((name) => [name, 'ok'])) };
  });
};
