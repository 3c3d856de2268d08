import type { IncomingMessage } from 'node:http';
import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import { AppError, foreignRequest, SECURITY_HEADERS, toHttpResponse } from '@notify/shared-domain';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { NotificationAnswers, ReportAnswers } from '../../application/query-notifications.ts';
import type { Readiness } from '../../application/readiness.ts';
import { REQUEST_ID_HEADER } from '../request-id.ts';
import type { UsersApi } from '../users-api.ts';
import { CONSOLE, USERS, usersRoutes, webConsole } from './console.ts';
import { type Docs, docs } from './docs.ts';
import { answerBrokenRequest, answerProblem, rememberAnswer } from './problems.ts';
import { RequestLog, requestIdOf } from './request-log.ts';
import { healthRoutes, queryRoutes, reportRoutes } from './routes.ts';

export interface AppOptions {
  readonly notifications: NotificationAnswers;
  readonly reports: ReportAnswers;
  readonly readiness: Readiness;
  readonly docs: Docs;
  /** The folder of the web console's built files. */
  readonly consoleFiles: string;
  /** What the console shows of the users; undefined where nothing is known of their API. */
  readonly users?: UsersApi | undefined;
  readonly logger: FastifyServerOptions['logger'];
  /** On a developer's machine: names to answer to beside its own. Undefined where a network keeps strangers away. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** With more of the heap in use the service sheds load; by default nine tenths of what V8 may take. */
  readonly maxHeapUsedBytes?: number;
}

const LIVE = '/health';
/** A request that has not arrived by then is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP side of the service. It listens to nothing yet. */
export const createApp = async (options: AppOptions): Promise<FastifyInstance> => {
  const app = Fastify({
    logger: options.logger ?? false,
    logController: new RequestLog(),
    genReqId: requestIdOf,
    bodyLimit: 64 * 1024,
    // Longer than the 60 s after which a load balancer drops an idle connection: who may still send must hang up first.
    keepAliveTimeout: 65_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: REQUEST_TIMEOUT_MS,
      // How often it looks for the late ones.
      connectionsCheckingInterval: 1000,
      // Refused here, as a problem.
      requireHostHeader: false,
    },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      answerProblem(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  app.removeContentTypeParser('text/plain');
  takeEmptyBodies(app);
  app.setErrorHandler(answerProblem);

  // Hooks that wait for nothing call back: a promise for each of them and request would cost more than what they do.
  app.addHook('onRequest', (request, reply, done) => {
    rememberAnswer(reply.raw);
    setHeaders(request, reply);
    done();
  });
  refuseForeign(app, options.allowedHosts);
  app.addHook('onSend', (_, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  shedWhileDraining(app);
  await app.register(underPressure, {
    maxEventLoopDelay: 1000,
    maxHeapUsedBytes: options.maxHeapUsedBytes ?? 0.9 * getHeapStatistics().heap_size_limit,
    pressureHandler: async ({ routeOptions }) => {
      // Being busy is no reason for being replaced.
      if (routeOptions.url !== LIVE) throw busy('The service is busy; try again shortly.');
    },
  });
  refuseUnknown(app);

  healthRoutes(app, options.readiness);
  queryRoutes(app, options.notifications);
  reportRoutes(app, options.reports);
  await docs(app, options.docs);
  if (options.users) usersRoutes(app, options.users);
  await webConsole(app, options.consoleFiles);
  const { title, version } = options.docs.openapi['info'] as { title: string; version: string };
  app.get('/', async (request, reply) => {
    reply.header('vary', 'accept');
    // A browser asks for a page; who asks for anything else reads the list.
    if (request.headers.accept?.includes('text/html')) return reply.redirect(`${CONSOLE}/`, 303);
    return {
      name: title,
      version,
      links: {
        console: `${CONSOLE}/`,
        ...(options.users ? { users: USERS } : {}),
        docs: '/docs',
        openapi: '/openapi.json',
        health: LIVE,
        ready: '/health/ready',
      },
    };
  });
  return app;
};

/** A body of no bytes is no body, whatever its media type: some clients name one for every POST. */
const takeEmptyBodies = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parse(request, body, done),
  );
};

const busy = (detail: string): AppError => new AppError('SERVICE.BUSY', { detail });

const setHeaders = ({ id }: FastifyRequest, reply: FastifyReply): void => {
  reply.headers({ ...SECURITY_HEADERS, [REQUEST_ID_HEADER]: id });
};

/**
 * Connections that are kept alive can still bring requests after the port is closed, and would keep the process from
 * ending after their last answer.
 */
const shedWhileDraining = (app: FastifyInstance): void => {
  let draining = false;
  app.addHook('preClose', async () => {
    draining = true;
  });
  app.addHook('onRequest', (_, __, done) => {
    if (draining) done(busy('This instance is shutting down; try again.'));
    else done();
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
};

/** Refuses what has no Host, expects what nobody does, or is a stranger's on a developer's machine. */
const refuseForeign = (app: FastifyInstance, allowedHosts: readonly string[] | undefined): void => {
  const refusal = (raw: IncomingMessage): AppError | undefined => {
    if (raw.headers.host === undefined && raw.httpVersion !== '1.0')
      return new AppError('REQUEST.MALFORMED', { detail: 'The request must name its Host.' });
    const foreign = allowedHosts && foreignRequest(raw, allowedHosts);
    return foreign === undefined ? undefined : new AppError('ACCESS.DENIED', { detail: foreign });
  };
  app.addHook('onRequest', ({ raw }, _, done) => done(refusal(raw)));
  app.server.on('checkExpectation', (request, response) => {
    const error = new AppError('REQUEST.EXPECTATION_FAILED', {
      detail: 'Only 100-continue can be expected.',
    });
    request.socket.end(toHttpResponse(error));
    response.destroy();
  });
};

/** Refuses unknown routes and methods before their body is looked at. */
const refuseUnknown = (app: FastifyInstance): void => {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, new Set([...(methods.get(url) ?? []), ...[method].flat()]));
  });
  const refusal = (request: FastifyRequest, reply: FastifyReply): AppError => {
    const allowed = methods.get(request.url.split('?', 1)[0] ?? '');
    if (allowed === undefined) return new AppError('ROUTE.NOT_FOUND', { detail: 'There is no such route.' });
    reply.header('allow', [...allowed].sort().join(', '));
    return new AppError('ROUTE.METHOD_NOT_ALLOWED', {
      detail: `This route takes ${[...allowed].join(', ')}.`,
    });
  };
  app.addHook('onRequest', (request, reply, done) =>
    done(request.is404 ? refusal(request, reply) : undefined),
  );
  // Files of /docs that are not there come this way.
  app.setNotFoundHandler(async (request, reply) => {
    throw refusal(request, reply);
  });
};
