import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_AWS } from '@notify/dynamodb';
import { embeddedError } from './errors.ts';
import type { Log } from './log.ts';

export interface QueryServiceOptions {
  /** The built program. */
  readonly program: string;
  readonly port: number;
  readonly awsUrl: string;
  /** The stage of the private API through which the service reads. */
  readonly internalApiUrl: string;
  /** Whether that one asks for signed requests. */
  readonly internalApiAuthorization?: 'NONE' | 'AWS_IAM';
  /** That of the users, which the console shows where it is known. */
  readonly usersApiUrl?: string;
  /** Names to which it answers beside those of this machine. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: string;
  readonly log: Log;
  /** A module to load before the program, by its URL. */
  readonly preload?: string;
}

export interface QueryService {
  readonly process: ChildProcess;
  /** Resolves when the process has ended, asked to or not. */
  readonly exited: Promise<void>;
  /** Lets it drain, then ends it. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const READINESS_INTERVAL_MS = 25;

/**
 * Runs the query service as the container would and resolves when it is healthy.
 * @throws LocalError `SERVICE.START_FAILED`
 */
export const startQueryService = async (options: QueryServiceOptions): Promise<QueryService> => {
  const { program, port, log, preload } = options;
  const endWithParent = new URL('end-with-parent.ts', import.meta.url).href;
  const imports = [endWithParent, ...(preload === undefined ? [] : [preload])];
  const flags = [...imports.flatMap((module) => ['--import', module]), '--enable-source-maps'];
  const child = spawn(process.execPath, [...flags, program], {
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of the foreground group: on Ctrl-C the stack says when it is this one's turn to end.
    detached: true,
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on('line', (line) => log('query-service', line));
  }
  const exited = once(child, 'exit').then(() => {});
  const stop = async () => {
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(deadline);
  };
  try {
    await healthy(`http://127.0.0.1:${port}/health`, exited);
    return { process: child, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const environment = ({
  port,
  awsUrl,
  internalApiUrl,
  internalApiAuthorization = 'NONE',
  usersApiUrl,
  allowedHosts,
  logLevel,
}: QueryServiceOptions): Record<string, string> => ({
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: String(port),
  INTERNAL_API_URL: internalApiUrl,
  INTERNAL_API_AUTHORIZATION: internalApiAuthorization,
  ...(usersApiUrl === undefined ? {} : { USERS_API_URL: usersApiUrl }),
  QUERY_RESULT_FUNCTION: 'query-result-lambda',
  ALLOWED_HOSTS: allowedHosts.join(','),
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: LOCAL_AWS.region,
  AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
  // Fastify's logger has the levels of Powertools, but in lower case.
  LOG_LEVEL: logLevel.toLowerCase(),
});

const healthy = async (url: string, exited: Promise<void>): Promise<void> => {
  let ended = false;
  exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !ended) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    await delay(READINESS_INTERVAL_MS);
  }
  throw embeddedError(
    'SERVICE.START_FAILED',
    `query-service ${ended ? 'ended while it started' : 'did not become healthy in 20 s'}.`,
  );
};
