import { createNotifyClient } from '@notify/client';
import {
  type Envelope,
  functionEnvelope,
  QUERY_ROUTES,
  QUERY_TYPES,
  type QueryRoute,
  type QueryType,
  REPORT_ROUTES,
  routeOf,
} from '@notify/shared-domain';
import type { HttpAnswer } from './http.ts';
import type { Stage } from './stage.ts';

/** A way to ask a query: a route of one of the generations of the API, the service itself, or a direct invoke. */
export interface Door {
  readonly name: string;
  readonly query_type: QueryType;
  readonly envelope: Envelope;
  readonly ask: (query: object) => Promise<Pick<HttpAnswer, 'status' | 'body'>>;
}

const through = (
  { sign }: Stage,
  baseUrl: string,
  where: string,
  envelopeOf: (route: QueryRoute) => Envelope = ({ envelope }) => envelope,
): Door[] => {
  const client = createNotifyClient({ baseUrl, sign });
  return QUERY_ROUTES.map((route) => ({
    name: `${route.generation} ${route.method} ${route.path}${where}`,
    query_type: route.query_type,
    envelope: envelopeOf(route),
    ask: (query) => client.send(route, query),
  }));
};

const invoked =
  ({ invoke }: Stage, query_type: QueryType): Door['ask'] =>
  async (query) => {
    const { payload, functionError } = await invoke('query-result-lambda', { query_type, ...query });
    const { status = 200 } = payload as { status?: number };
    return { status: functionError ? 500 : status, body: payload };
  };

/** What the function answers there without the service between. */
const atGateway = (route: QueryRoute): Envelope =>
  route.generation === 'V4' && route.method === 'GET' ? functionEnvelope(route) : route.envelope;

/** Every door of a stage. */
export const doorsOf = (stage: Stage): readonly Door[] => [
  ...through(stage, stage.notifications, '', atGateway),
  ...(stage.target.serviceUrl ? through(stage, stage.target.serviceUrl, ' at the service') : []),
  ...QUERY_TYPES.map((query_type) => ({
    name: `invoke ${query_type}`,
    query_type,
    envelope: functionEnvelope(routeOf(query_type)),
    ask: invoked(stage, query_type),
  })),
];

/** The routes of the notifications API that are asked, as its document names them. */
export const ASKED_ROUTES: readonly string[] = [
  ...[...QUERY_ROUTES, ...REPORT_ROUTES].map(({ method, path }) => `${method} ${path}`),
  'GET /health',
  'GET /health/ready',
];
