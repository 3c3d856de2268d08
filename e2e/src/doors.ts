import type { QueryType } from '@notify/shared-domain';
import { functionName, get, type HttpAnswer, invoke, notifications, post, target } from './stage.ts';

/** A way to ask a query: a route of one of the generations of the API, the service itself, or a direct invoke. */
export interface Door {
  readonly name: string;
  readonly generation: 'V1' | 'V3' | 'V4';
  readonly query_type: QueryType;
  readonly ask: (query: object) => Promise<HttpAnswer>;
}

const invoked = (query_type: QueryType) => async (query: object) => {
  const { payload, functionError } = await invoke(functionName('query-result-lambda'), {
    query_type,
    ...query,
  });
  const { status = 200 } = payload as { status?: number };
  return { status: functionError ? 500 : status, type: null, body: payload };
};

const ROUTES: [method: 'GET' | 'POST', path: string, Door['generation'], QueryType][] = [
  ['GET', '/query/user', 'V1', 'user'],
  ['GET', '/query/marketing', 'V1', 'marketing'],
  ['GET', '/query/failures', 'V1', 'failures'],
  ['POST', '/query/user', 'V3', 'user'],
  ['POST', '/query/marketing', 'V3', 'marketing'],
  ['POST', '/query/fail', 'V4', 'fail'],
  ['POST', '/query/transaction', 'V4', 'transaction'],
  ['GET', '/tx', 'V4', 'transaction'],
  ['GET', '/fail', 'V4', 'fail'],
];

const through = (base: string, where: string): Door[] =>
  ROUTES.map(([method, path, generation, query_type]) => ({
    name: `${generation} ${method} ${path}${where}`,
    generation,
    query_type,
    ask: (query) => (method === 'GET' ? get(`${base}${path}`, query) : post(`${base}${path}`, query)),
  }));

/** Every door of the stage. */
export const DOORS: readonly Door[] = [
  ...through(notifications, ''),
  ...(target.serviceUrl ? through(target.serviceUrl, ' at the service') : []),
  ...(['user', 'marketing', 'failures'] as const).map((query_type) => ({
    name: `invoke ${query_type}`,
    generation: 'V1' as const,
    query_type,
    ask: invoked(query_type),
  })),
  ...(['transaction', 'fail'] as const).map((query_type) => ({
    name: `invoke ${query_type}`,
    generation: 'V4' as const,
    query_type,
    ask: invoked(query_type),
  })),
];

/** The routes of the notifications API that the suite asks, as its document names them. */
export const ASKED_ROUTES: readonly string[] = [
  ...ROUTES.map(([method, path]) => `${method} ${path}`),
  'GET /health',
  'GET /health/ready',
];
