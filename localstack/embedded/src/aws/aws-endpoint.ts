import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toolchainError } from '@notify/toolchain';
import { AwsError, sendAwsError, sendAwsXmlError, sendJson } from './aws-error.ts';
import type { DynamoDBProxy } from './dynamodb-proxy.ts';
import type { LambdaApi } from './lambda-api.ts';
import type { RestApiEndpoint } from './rest-api-endpoint.ts';

export interface AwsEndpointOptions {
  readonly port: number;
  readonly dynamodb: DynamoDBProxy;
  readonly lambda: LambdaApi;
  readonly restApis: RestApiEndpoint;
  /** The body of `/health`. */
  readonly health: () => unknown;
}

export interface AwsEndpoint {
  readonly url: string;
  /** Takes no more requests; resolves when those in flight have been answered, or cut off after 5 s. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;

/**
 * One URL for all of AWS that this host serves, on loopback only.
 * @throws LocalError `PORT.TAKEN`
 */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<AwsEndpoint> => {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => fail(request, response, error));
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(deadline);
      options.dynamodb.close();
    },
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(toolchainError('PORT.TAKEN', `Port ${port} (the AWS endpoint, --port) is not free.`, error));
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const serve = async (
  { dynamodb, lambda, restApis, health }: AwsEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (/^DynamoDB(Streams)?_/.test(target)) return dynamodb.handle(request, response);

  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname === '/health' || url.pathname === '/_localstack/health')
    return sendJson(response, 200, health());
  if (await restApis.handle(url, request, response)) return;
  if (await lambda.handle(url, request, response)) return;
  throw new AwsError(
    'UnknownOperationException',
    501,
    `This host serves DynamoDB, DynamoDB Streams, Lambda (invoke, list, get) and the REST APIs; not ${target || `${request.method} ${url.pathname}`}.`,
  );
};

const fail = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof AwsError ? error : new AwsError('ServiceException', 500, String(error));
  const speaksXml = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (speaksXml) sendAwsXmlError(response, known);
  else sendAwsError(response, known);
};
