import {
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
): Readonly<Record<string, Route>> =>
  Object.fromEntries(
    QUERY_ROUTES.filter((route) => route.generation === generation && route.method === 'GET').map(
      ({ method, path, query_type, envelope }) => [
        `${method} ${path}`,
        async (request) => {
          const query = parseQueryParameters(query_type, request.parameters);
          return toAnswer(envelope, query, await read(query, request));
        },
      ],
    ),
  );
