import type { Envelope } from './answer.ts';
import type { QueryType } from './query.ts';

/** In which members of an answer the clients of each generation look for a page. */
const ENVELOPES = { V1: 'items', V3: 'data', V4: 'data' } as const satisfies Record<string, Envelope>;

type Generation = keyof typeof ENVELOPES;
type Method = 'GET' | 'POST';

/** A way to ask a query over HTTP. */
export interface QueryRoute {
  readonly generation: Generation;
  readonly method: Method;
  readonly path: string;
  readonly query_type: QueryType;
  readonly envelope: Envelope;
}

const route = (generation: Generation, method: Method, path: string, query_type: QueryType): QueryRoute => ({
  generation,
  method,
  path,
  query_type,
  envelope: ENVELOPES[generation],
});

/** Every route of the query API. */
export const QUERY_ROUTES: readonly QueryRoute[] = [
  route('V1', 'GET', '/query/user', 'user'),
  route('V1', 'GET', '/query/marketing', 'marketing'),
  route('V1', 'GET', '/query/failures', 'failures'),
  route('V1', 'GET', '/user', 'user'),
  route('V1', 'GET', '/marketing', 'marketing'),
  route('V3', 'POST', '/query/user', 'user'),
  route('V3', 'POST', '/query/marketing', 'marketing'),
  route('V3', 'POST', '/query/failures', 'failures'),
  route('V4', 'GET', '/tx', 'transaction'),
  route('V4', 'GET', '/fail', 'fail'),
  route('V4', 'GET', '/sns', 'sns'),
  route('V4', 'GET', '/query/tx', 'transaction'),
  route('V4', 'GET', '/query/fail', 'fail'),
  route('V4', 'POST', '/query/transaction', 'transaction'),
  route('V4', 'POST', '/query/tx', 'transaction'),
  route('V4', 'POST', '/query/fail', 'fail'),
  route('V4', 'POST', '/query/sns', 'sns'),
];

/** The GET route by which a query of this type is asked: the first of its kind. */
export const routeOf = (query_type: QueryType): QueryRoute =>
  QUERY_ROUTES.find((each) => each.query_type === query_type && each.method === 'GET') as QueryRoute;

/**
 * The envelope of what query-result-lambda answers itself, behind the private API and invoked directly: there the clients
 * of V4 meet services of the generations before, which look for `items` ({@link CombinedPage}).
 */
export const functionEnvelope = ({ envelope }: QueryRoute): Envelope =>
  envelope === 'data' ? 'combined' : envelope;
