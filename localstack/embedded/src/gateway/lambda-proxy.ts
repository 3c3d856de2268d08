import { LOCAL_AWS } from '@notify/dynamodb';
import { z } from 'zod';
import type { InvocationResult } from '../lambda/sandbox.ts';
import { GatewayError } from './gateway-errors.ts';
import type { GatewayRequest, GatewayResponse } from './gateway-request.ts';
import type { RestApi } from './rest-api.ts';
import type { Route } from './route.ts';

/** The event of an aws_proxy integration (payload format 1.0). Bodies of other than text are not declared binary here, so they go as text. */
export const toProxyEvent = (api: RestApi, request: GatewayRequest, route: Route) => {
  const query = queryValues(request.query);
  return {
    resource: route.resource,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastOf(request.headers),
    multiValueHeaders: request.headers,
    queryStringParameters: orNull(lastOf(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(route.pathParameters),
    stageVariables: null,
    requestContext: {
      accountId: LOCAL_AWS.accountId,
      apiId: api.id,
      domainName: '127.0.0.1',
      domainPrefix: api.id,
      extendedRequestId: request.requestId,
      httpMethod: request.httpMethod,
      identity: {
        sourceIp: request.sourceIp,
        userAgent: request.headers['User-Agent']?.[0] ?? request.headers['user-agent']?.[0] ?? null,
      },
      path: `/${request.stage}${request.path}`,
      protocol: 'HTTP/1.1',
      requestId: request.requestId,
      requestTime: request.receivedAt.toUTCString(),
      requestTimeEpoch: request.receivedAt.getTime(),
      resourceId: api.id,
      resourcePath: route.resource,
      stage: request.stage,
    },
    body: request.body.length > 0 ? request.body.toString('utf8') : null,
    isBase64Encoded: false,
  };
};

const queryValues = (query: URLSearchParams): Record<string, string[]> =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));

const lastOf = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));

const orNull = <Values extends object>(values: Values): Values | null =>
  Object.keys(values).length > 0 ? values : null;

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const ProxyResult = z.strictObject({
  statusCode: z.union([
    z.int(),
    z
      .string()
      .regex(/^\d{3}$/)
      .transform(Number),
  ]),
  headers: z.record(z.string(), HeaderValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(HeaderValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * The HTTP answer that a function's result stands for.
 * @throws GatewayError `INTEGRATION_FAILURE` when the function failed or its result is no proxy result
 */
export const fromProxyResult = ({ functionError, payload }: InvocationResult): GatewayResponse => {
  if (functionError) throw new GatewayError('INTEGRATION_FAILURE');
  const result = ProxyResult.safeParse(JSON.parse(payload));
  if (!result.success) throw new GatewayError('INTEGRATION_FAILURE');
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result.data;
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      ...lowerCase(headers ?? {}),
      ...lowerCase(multiValueHeaders ?? {}),
    },
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
};

const lowerCase = <Value>(headers: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
