import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  AppError,
  brokenRequest,
  foreignRequest,
  problemHeaders,
  toHttpResponse,
  toProblem,
} from '@notify/shared-domain';
import { toolchainError } from '@notify/toolchain';
import { AwsError, sendAwsError, sendAwsXmlError, sendJson } from './aws-error.ts';
import type { DynamoDBProxy } from './dynamodb-proxy.ts';
import type { LambdaApi } from './lambda-api.ts';
import type { RestApiEndpoint } from './rest-api-endpoint.ts';
import { targetOf } from './target.ts';

export interface AwsEndpointOptions {
  readonly port: number;
  /** Names to which it answers beside those of this machine. */
  readonly allowedHosts: readonly string[];
  /** When a request that has not arrived is cut off; 30 s by default. */
  readonly requestTimeoutMs?: number;
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
/** A request that has not arrived by then is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often it looks for the late ones. */
const CHECK_MS = 1_000;

/**
 * One URL for all of AWS that this host serves, on loopback only.
 * @throws LocalError `PORT.TAKEN`
 */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<AwsEndpoint> => {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs),
      // Refused here, as a problem.
      requireHostHeader: false,
    },
    (request, response) => {
      serve(options, request, response).catch((error: unknown) => fail(request, response, error));
    },
  );
  server.on('checkExpectation', (request, response) => {
    const detail = 'Only 100-continue can be expected.';
    refuse(request.socket, new AppError('REQUEST.EXPECTATION_FAILED', { detail }));
    response.destroy();
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || code === 'ECONNRESET') socket.destroy();
    else refuse(socket, brokenRequest(code));
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

const refuse = (socket: Duplex, error: AppError): void => {
  socket.end(toHttpResponse(error));
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(toolchainError('PORT.TAKEN', `Port ${port} (the AWS endpoint, --port) is not free.`, error));
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const serve = async (
  { dynamodb, lambda, restApis, health, allowedHosts }: AwsEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (request.headers.host === undefined && request.httpVersion !== '1.0')
    throw new AppError('REQUEST.MALFORMED', { detail: 'The request must name its Host.' });
  const foreign = foreignRequest(request, allowedHosts);
  if (foreign !== undefined) throw new AppError('ACCESS.DENIED', { detail: foreign });
  const target = String(request.headers['x-amz-target'] ?? '');
  if (/^DynamoDB(Streams)?_/.test(target)) return dynamodb.handle(request, response);

  const asked = targetOf(request);
  if (asked.path === '/health' || asked.path === '/_localstack/health')
    return sendJson(response, 200, health());
  if (await restApis.handle(asked, request, response)) return;
  if (await lambda.handle(asked, request, response)) return;
  throw new AwsError(
    'UnknownOperationException',
    501,
    `This host serves DynamoDB, DynamoDB Streams, Lambda (invoke, list, get) and the REST APIs; not ${target || `${request.method} ${asked.path}`}.`,
  );
};

const fail = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof AppError) {
    response.writeHead(error.status, { ...problemHeaders(error), connection: 'close' });
    response.end(JSON.stringify(toProblem(error)));
    return;
  }
  const known = error instanceof AwsError ? error : new AwsError('ServiceException', 500, String(error));
  const speaksXml = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (speaksXml) sendAwsXmlError(response, known);
  else sendAwsError(response, known);
};
