import type { QueryType } from '@notify/shared-domain';
import { get, type HttpAnswer, post } from './http.ts';
import type { Stage } from './stage.ts';

/** A way to ask a query: a route of one of the generations of the API, the service itself, or a direct invoke. */
export interface Door {
  readonly name: string;
  readonly generation: 'V1' | 'V3' | 'V4';
  readonly query_type: QueryType;
  readonly ask: (query: object) => Promise<Pick<HttpAnswer, 'status' | 'body'>>;
}

type Generation = Door['generation'];

const ROUTES: readonly [method: 'GET' | 'POST', path: string, Generation, QueryType][] = [
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

const INVOKES: readonly [QueryType, Generation][] = [
  ['user', 'V1'],
  ['marketing', 'V1'],
  ['failures', 'V1'],
  ['transaction', 'V4'],
  ['fail', 'V4'],
];

const through = (base: string, where: string): Door[] =>
  ROUTES.map(([method, path, generation, query_type]) => ({
    name: `${generation} ${method} ${path}${where}`,
    generation,
    query_type,
    ask: (query) => (method === 'GET' ? get(`${base}${path}`, query) : post(`${base}${path}`, query)),
  }));

const invoked =
  ({ invoke }: Stage, query_type: QueryType): Door['ask'] =>
  async (query) => {
    const { payload, functionError } = await invoke('query-result-lambda', { query_type, ...query });
    const { status = 200 } = payload as { status?: number };
    return { status: functionError ? 500 : status, body: payload };
  };

/** Every door of a stage. */
export const doorsOf = (stage: Stage): readonly Door[] => [
  ...through(stage.notifications, ''),
  ...(stage.target.serviceUrl ? through(stage.target.serviceUrl, ' at the service') : []),
  ...INVOKES.map(([query_type, generation]) => ({
    name: `invoke ${query_type}`,
    generation,
    query_type,
    ask: invoked(stage, query_type),
  })),
];

/** The routes of the notifications API that are asked, as its document names them. */
export const ASKED_ROUTES: readonly string[] = [
  ...ROUTES.map(([method, path]) => `${method} ${path}`),
  'GET /health',
  'GET /health/ready',
];
