import { type Health, parseQuery, parseQueryParameters } from '@notify/shared-domain';
import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import type { QueryPort } from '../../application/query-port.ts';
import type { Readiness } from '../../application/readiness.ts';
import { asRequest } from '../request-id.ts';
import { readParameters } from './parameters.ts';

/** Reads the query of a request and asks it. */
type Route = (request: FastifyRequest) => Promise<unknown>;

/** The three generations of the query API: V1 and V4 by GET, V3 and V4 by POST. */
export const queryRoutes = (app: FastifyInstance, ask: QueryPort): void => {
  const route = (method: HTTPMethods, url: string, answer: Route) =>
    app.route({ method, url, handler: (request) => asRequest(request.id, () => answer(request)) });

  route('GET', '/query/user', async ({ url }) =>
    ask.notificationsOfUser(parseQueryParameters('user', readParameters(url))),
  );
  route('GET', '/query/marketing', async ({ url }) =>
    ask.notificationsOfCampaign(parseQueryParameters('marketing', readParameters(url))),
  );
  route('GET', '/query/failures', async ({ url }) =>
    ask.failuresOfTransaction(parseQueryParameters('failures', readParameters(url))),
  );

  route('POST', '/query/user', async ({ body }) => ask.notificationsOfUser(parseQuery('user', body)));
  route('POST', '/query/marketing', async ({ body }) =>
    ask.notificationsOfCampaign(parseQuery('marketing', body)),
  );

  route('POST', '/query/transaction', async ({ body }) =>
    ask.notificationsOfTransaction(parseQuery('transaction', body)),
  );
  route('POST', '/query/fail', async ({ body }) => ask.failedNotifications(parseQuery('fail', body)));
  route('GET', '/tx', async ({ url }) =>
    ask.notificationsOfTransaction(parseQueryParameters('transaction', readParameters(url))),
  );
  route('GET', '/fail', async ({ url }) =>
    ask.failedNotifications(parseQueryParameters('fail', readParameters(url))),
  );
};

/** What load balancers and operators ask. */
export const healthRoutes = (app: FastifyInstance, readiness: Readiness): void => {
  const healthy = { status: 'ok', service: 'query-service' } as const satisfies Health;
  app.get('/health', async () => healthy);
  app.get('/health/ready', async (request): Promise<Health> => {
    const upstreams = await asRequest(request.id, () => readiness.check());
    return { ...healthy, checks: Object.fromEntries(upstreams.map((name) => [name, 'ok'])) };
  });
};
