import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { toStoreError } from '@notify/dynamodb';
import { AppError, problemHeaders, SECURITY_HEADERS, toAppError, toProblem } from '@notify/shared-domain';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { logFailure } from './log-failure.ts';

/** A body larger than this is refused with 413, as the query service does. */
export const MAX_BODY_BYTES = 64 * 1024;

export interface HttpRequest {
  /** One value each: a parameter given twice is refused before. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined for a request without one. */
  readonly body: unknown;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
}

/** Gives the body of the 200 answer, or throws; an AppError becomes its problem, anything else INTERNAL.ERROR. */
export type Route = (request: HttpRequest) => Promise<unknown>;

export type HttpHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * A Lambda behind an API Gateway REST API (proxy integration).
 *
 * @param routes by method and resource path, such as `GET /tx`
 */
export const httpHandler = (routes: Readonly<Record<string, Route>>): HttpHandler => {
  const answer = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const body = await routeOf(routes, event)(requestOf(event));
    return {
      statusCode: 200,
      headers: { ...SECURITY_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
      body: JSON.stringify(body),
    };
  };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(httpErrorHandler({ logger: false }))
    .use(problems())
    .before(({ event }) => void routeOf(routes, event))
    .use(jsonBody())
    .handler(answer) as unknown as HttpHandler;
};

const routeOf = (routes: Readonly<Record<string, Route>>, event: APIGatewayProxyEvent): Route => {
  const route = routes[`${event.httpMethod} ${event.resource}`];
  if (route !== undefined) return route;
  const known = Object.keys(routes).some((name) => name.endsWith(` ${event.resource}`));
  throw new AppError(known ? 'ROUTE.METHOD_NOT_ALLOWED' : 'ROUTE.NOT_FOUND');
};

const requestOf = (event: APIGatewayProxyEvent): HttpRequest => {
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if ((values?.length ?? 0) > 1) {
      throw new AppError('REQUEST.PARAMETER_INVALID', { detail: `${name} must be given once.` });
    }
  }
  return {
    parameters: definedOf(event.queryStringParameters ?? {}),
    body: event.body ?? undefined,
    headers: lowerCaseNames(definedOf(event.headers ?? {})),
    requestId: event.requestContext?.requestId ?? '',
  };
};

const definedOf = (record: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const lowerCaseNames = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Parses the bodies of requests that have one. */
const jsonBody = (): middy.MiddlewareObj<APIGatewayProxyEvent> => {
  const parse = httpJsonBodyParser().before as middy.MiddlewareFn<APIGatewayProxyEvent>;
  return {
    before: (request) => {
      const { body, httpMethod } = request.event as { body?: unknown; httpMethod: string };
      if (httpMethod === 'GET' || httpMethod === 'HEAD') return undefined;
      // Whoever invokes the function directly can send anything.
      if (typeof body !== 'string')
        throw new AppError('REQUEST.BODY_INVALID', { detail: 'A JSON body is required.' });
      if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new AppError('REQUEST.BODY_TOO_LARGE');
      return parse(request);
    },
  };
};

/** Turns what was thrown into what http-error-handler answers: a problem document, and nothing of the cause. */
const problems = (): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> => ({
  onError: async (request) => {
    const error = fromBodyParser(request.error) ?? toStoreError(request.error) ?? toAppError(request.error);
    const { httpMethod, resource } = request.event;
    await logFailure('request', error, { method: httpMethod, route: resource, status: error.status });
    request.error = Object.assign(new Error(JSON.stringify(toProblem(error))), {
      statusCode: error.status,
      expose: true,
      headers: problemHeaders(error),
    });
  },
});

/** The refusals of http-json-body-parser, which tells them apart by status. */
const fromBodyParser = (error: unknown): AppError | undefined => {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === 415) {
    return new AppError('REQUEST.MEDIA_TYPE_UNSUPPORTED', { detail: 'Send application/json.', cause: error });
  }
  if (statusCode === 422) {
    return new AppError('REQUEST.BODY_INVALID', { detail: 'The body is no valid JSON.', cause: error });
  }
  return undefined;
};
