import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import { REQUEST_ID_HEADER } from '../request-id.ts';

/** JSON lines with the keys that the Lambdas' logger uses, so that one query finds both. */
export const logOptions = (level: string): FastifyServerOptions['logger'] => ({
  level,
  base: { service: 'query-service' },
  messageKey: 'message',
  errorKey: 'error',
  formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
});

const IDENTIFIER = /^[\w.:;=@/+-]{1,128}$/;

/** The id that the caller or the load balancer gave the request, as far as it is fit for a header and a log; else a new one. */
export const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string =>
  [headers[REQUEST_ID_HEADER], headers['x-amzn-trace-id']].find(
    (id): id is string => typeof id === 'string' && IDENTIFIER.test(id),
  ) ?? randomUUID();

/** One line for each answer: the route and never the URL, whose parameters name people. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request_id' });
  }

  override incomingRequest(): void {}

  override requestCompleted(_: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    request.log.info(
      {
        method: request.method,
        route: request.is404 ? 'unknown' : request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  }
}
