import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  AppError,
  functionEnvelope,
  type NotificationReader,
  parseQuery,
  parseQueryParameters,
  parseQueryType,
  parseReportParameters,
  problemHeaders,
  QUERY_ROUTES,
  type QueryType,
  REPORT_ROUTES,
  type ReportType,
  routeOf,
  toAnswer,
  toProblem,
} from '@notify/shared-domain';
import { inMemoryReports } from './reports.ts';

/** What an upstream does with a query; an AppError is what it refuses it with. */
type Behaviour = 'answers' | 'crashes' | 'throttles' | 'babbles' | 'is silent' | 'hangs up' | AppError;

/** Something that answers queries from a reader, over the wire of the real thing, and can be made to misbehave. */
export interface LocalUpstream {
  readonly url: string;
  /** The types of the queries it was asked, probes as `probe`. */
  readonly asked: readonly string[];
  readonly requestIds: readonly unknown[];
  behaviour: Behaviour;
  /** Answers what it was silent about, now. */
  release(): void;
  close(): Promise<void>;
}

interface Answers {
  body(response: ServerResponse, body: unknown): void;
  problem(response: ServerResponse, error: AppError): void;
  crash(response: ServerResponse): void;
  throttle(response: ServerResponse): void;
}

type Asked = {
  readonly type: QueryType | ReportType;
  readonly answer: (reader: NotificationReader) => Promise<unknown>;
};

/** Speaks as AWS Lambda does, and answers as query-result-lambda does to a direct invoke. */
export const startQueryFunction = (reader: NotificationReader, name = 'query-result-lambda') =>
  start(reader, {
    read: (request, body) => {
      if (request.method !== 'POST' || request.url !== `/2015-03-31/functions/${name}/invocations`)
        return undefined;
      if (request.headers['x-amz-invocation-type'] === 'DryRun') return 'probe';
      const { query_type, ...input } = JSON.parse(body);
      const type = parseQueryType(query_type);
      return { type, answer: async (from) => answer(from, parseQuery(type, input)) };
    },
    probed: (response) => response.writeHead(204).end(),
    body: (response, body) => response.writeHead(200).end(JSON.stringify(body)),
    problem: (response, error) => response.writeHead(200).end(JSON.stringify(toProblem(error))),
    crash: (response) =>
      response
        .writeHead(200, { 'x-amz-function-error': 'Unhandled' })
        .end('{"errorType":"Error","errorMessage":"secret"}'),
    throttle: (response) =>
      response
        .writeHead(429, {
          'x-amzn-errortype': 'TooManyRequestsException',
          'content-type': 'application/json',
        })
        .end('{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Message":"Rate Exceeded."}'),
  });

/** The private REST API with its stage, as far as V4 needs it. */
export const startInternalApi = (reader: NotificationReader) =>
  start(reader, {
    read: ({ url = '' }) => {
      const { pathname, searchParams } = new URL(url, 'http://api');
      const parameters = Object.fromEntries(searchParams);
      const report = REPORT_ROUTES.find(({ method, path }) => method === 'GET' && `/v1${path}` === pathname);
      if (report !== undefined) {
        const { query_type } = report;
        return {
          type: query_type,
          answer: async () => inMemoryReports.report(parseReportParameters(query_type, parameters)),
        };
      }
      const type = QUERY_ROUTES.find(
        ({ generation, method, path }) =>
          generation === 'V4' && method === 'GET' && `/v1${path}` === pathname,
      )?.query_type;
      if (type === undefined) return undefined;
      if (type === 'sns' && searchParams.size === 0) return 'probe';
      return { type, answer: async (from) => answer(from, parseQueryParameters(type, parameters)) };
    },
    probed: (response) => writeProblem(response, new AppError('REQUEST.PARAMETER_MISSING')),
    body: (response, body) => response.writeHead(200).end(JSON.stringify(body)),
    problem: (response, error) => writeProblem(response, error),
    crash: (response) => response.writeHead(500).end('{"message":"Internal server error, secret"}'),
    throttle: (response) => response.writeHead(429).end('{"message":"Too Many Requests"}'),
  });

const answer = async (reader: NotificationReader, query: ReturnType<typeof parseQuery>) =>
  toAnswer(functionEnvelope(routeOf(query.query_type)), query, await reader.read(query));

const writeProblem = (response: ServerResponse, error: AppError) =>
  response.writeHead(error.status, problemHeaders(error)).end(JSON.stringify(toProblem(error)));

interface Wire extends Answers {
  read(request: IncomingMessage, body: string): Asked | 'probe' | undefined;
  probed(response: ServerResponse): void;
}

const start = async (reader: NotificationReader, wire: Wire): Promise<LocalUpstream> => {
  const held: (() => void)[] = [];
  const asked: string[] = [];
  const requestIds: unknown[] = [];

  const behave = async (request: IncomingMessage, response: ServerResponse, query: Asked) => {
    switch (upstream.behaviour) {
      case 'answers':
        return query.answer(reader).then(
          (body) => wire.body(response, body),
          (error) => wire.problem(response, error),
        );
      case 'crashes':
        return wire.crash(response);
      case 'throttles':
        return wire.throttle(response);
      case 'babbles':
        return wire.body(response, { success: true, items: 'secret' });
      case 'is silent':
        return void held.push(() => query.answer(reader).then((body) => wire.body(response, body)));
      case 'hangs up':
        return void request.socket.destroy();
      default:
        return wire.problem(response, upstream.behaviour);
    }
  };

  const server = createServer(async (request, response) => {
    const query = wire.read(request, await text(request));
    asked.push(query === undefined ? `unknown ${request.url}` : query === 'probe' ? query : query.type);
    requestIds.push(request.headers['x-request-id']);
    if (query === undefined) response.writeHead(404).end('{}');
    else if (query !== 'probe') await behave(request, response, query);
    else if (upstream.behaviour === 'answers') wire.probed(response);
    else request.socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  const upstream: LocalUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    requestIds,
    behaviour: 'answers',
    release: () => {
      for (const answerNow of held.splice(0)) answerNow();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return upstream;
};
