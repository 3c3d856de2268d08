import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_AWS } from '@notify/dynamodb';
import { dynamoDBLocalDirectory } from '@notify/dynamodb-local';
import { assertPortFree, findJava, type LocalError } from '@notify/toolchain';
import { answers } from './answers.ts';
import { hostError } from './errors.ts';
import type { StackFolder } from './folders.ts';
import { startRecorded } from './process-record.ts';
import type { PythonEnvironment } from './python-environment.ts';

export interface LocalStackOptions {
  readonly folder: StackFolder;
  readonly python: PythonEnvironment;
  readonly port: number;
}

const START_TIMEOUT_MS = 90_000;
const LOG_TAIL_CHARACTERS = 2_000;

/**
 * Starts LocalStack 4.14.0 as a process of this machine, bound to loopback, and resolves when it answers. It goes on when this
 * program ends; its log and its record are in the stack's folder.
 * @throws LocalError `JAVA.MISSING`, `JAVA.TOO_OLD`, `PORT.TAKEN`, `LOCALSTACK.START_FAILED`
 */
export const startLocalStack = async ({ folder, python, port }: LocalStackOptions): Promise<void> => {
  const java = findJava();
  await assertPortFree(port, 'LocalStack, --port', '127.0.0.1');
  const temporary = join(folder.files, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const started = startRecorded({
    command: python.python,
    args: ['-m', 'localstack.runtime.main'],
    env: environment({ python, port, java, files: folder.files, temporary }),
    cwd: folder.path,
    log: folder.log('localstack'),
    record: folder.record('localstack'),
  });
  const ended = started.exited.then(
    () => false,
    () => false,
  );
  const up = await Promise.race([
    ended,
    answers(`http://127.0.0.1:${port}/_localstack/health`, START_TIMEOUT_MS),
  ]);
  if (!up) throw startFailure(folder.log('localstack'));
  started.letGo();
};

interface Surroundings {
  readonly python: PythonEnvironment;
  readonly port: number;
  readonly java: string;
  readonly files: string;
  readonly temporary: string;
}

const environment = ({ python, port, java, files, temporary }: Surroundings): Record<string, string> => ({
  ...inherited('PATH', 'HOME', 'LANG', 'JAVA_HOME', 'LD_LIBRARY_PATH'),
  // It writes its files below this folder, no certificate is fetched, nothing is reported home, no DNS is served.
  FILESYSTEM_ROOT: files,
  TMPDIR: temporary,
  XDG_CACHE_HOME: join(files, 'cache'),
  OVERRIDE_IN_DOCKER: '0',
  SKIP_SSL_CERT_DOWNLOAD: '1',
  DISABLE_EVENTS: '1',
  DNS_ADDRESS: '0',
  GATEWAY_LISTEN: `127.0.0.1:${port}`,
  LOCALSTACK_HOST: `127.0.0.1:${port}`,
  // The AWS provider takes a queue's URL apart; it understands the form without a region only.
  SQS_ENDPOINT_STRATEGY: 'off',
  PROVIDER_OVERRIDE_DYNAMODB: 'v2',
  PROVIDER_OVERRIDE_DYNAMODBSTREAMS: 'v2',
  DYNAMODB_HEAP_SIZE: '256m',
  NOTIFY_JAVA: java,
  NOTIFY_DYNAMODB_LOCAL: dynamoDBLocalDirectory(),
  LAMBDA_RUNTIME_EXECUTOR: 'node-process',
  NOTIFY_NODE: process.execPath,
  NOTIFY_BOOTSTRAP: python.bootstrap,
  LAMBDA_IGNORE_ARCHITECTURE: '1',
  LAMBDA_LIMITS_CONCURRENT_EXECUTIONS: '1000',
  LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '1',
  AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
  AWS_DEFAULT_REGION: LOCAL_AWS.region,
});

const inherited = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

const startFailure = (log: string): LocalError => {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trim().slice(-LOG_TAIL_CHARACTERS) : '';
  return hostError('LOCALSTACK.START_FAILED', `LocalStack did not come up; ${log} ends in:\n${text}\n`);
};
