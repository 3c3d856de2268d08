import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NotificationRow } from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import type { FastifyInstance } from 'fastify';
import { API_FILE } from '../../bundle.ts';
import { type AppOptions, createApp } from '../adapters/http/app.ts';
import { publicOpenApi } from '../adapters/http/openapi.ts';
import { InternalApiAdapter } from '../adapters/internal-api.ts';
import { LambdaInvokeAdapter } from '../adapters/lambda-invoke.ts';
import { createSend } from '../adapters/send.ts';
import { createTransport } from '../adapters/transport.ts';
import { QueryNotifications } from '../application/query-notifications.ts';
import { Readiness } from '../application/readiness.ts';
import { type LocalUpstream, startInternalApi, startQueryFunction } from './upstream.ts';

export const FUNCTION = 'query-result-lambda';

export const OPENAPI = publicOpenApi(readFileSync(API_FILE, 'utf8'));

/** What asks the query function by the Lambda API at this address. */
export const byInvokeAt = (
  endpoint: string,
  timeoutMs: number,
  functionName = FUNCTION,
): LambdaInvokeAdapter =>
  new LambdaInvokeAdapter(createSend(timeoutMs), {
    ...{ functionName, endpoint, timeoutMs },
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** What asks the internal API at this address. */
export const byHttpAt = (url: string, timeoutMs: number): InternalApiAdapter =>
  new InternalApiAdapter(url, timeoutMs, createTransport(createSend(timeoutMs)));

/** A folder of the built service. */
const built = (folder: string): string => fileURLToPath(new URL(`../../dist/${folder}`, import.meta.url));

export interface LocalService {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly queryFunction: LocalUpstream;
  readonly internalApi: LocalUpstream;
  /** Everything that the upstreams were asked. */
  asked(): readonly string[];
  close(): Promise<void>;
}

/** The service on a free port with its real adapters, between upstreams that answer from these rows. */
export const startService = async (
  rows: readonly NotificationRow[] = [],
  { timeoutMs = 5000, ...options }: Partial<AppOptions> & { timeoutMs?: number } = {},
): Promise<LocalService> => {
  const reader = new InMemoryNotificationReader(rows);
  const [queryFunction, internalApi] = await Promise.all([
    startQueryFunction(reader),
    startInternalApi(reader),
  ]);
  const byInvoke = byInvokeAt(queryFunction.url, timeoutMs);
  const byHttp = byHttpAt(`${internalApi.url}/v1`, timeoutMs);
  const app = await createApp({
    notifications: new QueryNotifications(byInvoke, byHttp),
    reports: byHttp,
    readiness: new Readiness([byInvoke, byHttp]),
    docs: { openapi: OPENAPI, usersOpenapi: {}, files: built('docs') },
    consoleFiles: built('console'),
    logger: false,
    ...options,
  });
  return {
    url: await app.listen({ host: '127.0.0.1', port: 0 }),
    app,
    queryFunction,
    internalApi,
    asked: () => [...queryFunction.asked, ...internalApi.asked],
    close: async () => {
      await Promise.all([queryFunction.close(), internalApi.close()]);
      app.server.closeAllConnections();
      await app.close();
    },
  };
};
