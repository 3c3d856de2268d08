import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { logger } from '../logger.ts';

export interface ProxyRequest {
  readonly method?: string;
  /** The resource path, such as `/tx`. */
  readonly path: string;
  /** A parameter with several values is one that was given several times. */
  readonly parameters?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
}

/** The event of an API Gateway REST API with a proxy integration. */
export const aProxyEvent = ({
  method = 'GET',
  path,
  parameters,
  headers = {},
  body = null,
}: ProxyRequest) => {
  const values = Object.entries(parameters ?? {}).map(([name, value]) => [name, [value].flat()] as const);
  return {
    httpMethod: method,
    resource: path,
    path,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters:
      values.length > 0 ? Object.fromEntries(values.map(([n, v]) => [n, v.at(-1)])) : null,
    multiValueQueryStringParameters: values.length > 0 ? Object.fromEntries(values) : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'request-1', resourcePath: path, httpMethod: method, stage: 'test' },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
};

/** The context of an invocation with this much time left, in milliseconds. */
export const aContext = (remainingMs = 10_000): Context =>
  ({
    functionName: 'a-function',
    awsRequestId: 'request-1',
    getRemainingTimeInMillis: () => remainingMs,
  }) as Context;

/** From now on the handlers of this process log nothing. */
export const silenceLogs = (): void => logger.setLogLevel('SILENT');
