import {
  type Envelope,
  type NotificationQuery,
  type Page,
  parseQueryParameters,
  QUERY_ROUTES,
  type QueryRoute,
  toAnswer,
} from '@notify/shared-domain';
import type { HttpRequest, Route } from './http-handler.ts';

/**
 * The GET routes of one generation of the query API: what reads their queries, and gives their pages as its clients
 * read them.
 */
export const queryRoutes = (
  generation: QueryRoute['generation'],
  read: (query: NotificationQuery, request: HttpRequest) => Promise<Page>,
  envelopeOf: (route: QueryRoute) => Envelope = ({ envelope }) => envelope,
): Readonly<Record<string, Route>> =>
  Object.fromEntries(
    QUERY_ROUTES.filter((route) => route.generation === generation && route.method === 'GET').map((route) => [
      `${route.method} ${route.path}`,
      async (request) => {
        const query = parseQueryParameters(route.query_type, request.parameters);
        return toAnswer(envelopeOf(route), query, await read(query, request));
      },
    ]),
  );
