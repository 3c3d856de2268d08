import { join } from 'node:path';
import { LOCAL_AWS } from '@notify/dynamodb';
import { assertPortFree } from '@notify/toolchain';
import { answers } from './answers.ts';
import { hostError } from './errors.ts';
import { REPOSITORY, type StackFolder } from './folders.ts';
import { startRecorded } from './process-record.ts';

export interface QueryServiceOptions {
  readonly folder: StackFolder;
  readonly port: number;
  readonly awsUrl: string;
  /** The stage of the private API through which the service reads. */
  readonly internalApiUrl: string;
}

const START_TIMEOUT_MS = 30_000;
/** What it runs. */
export const QUERY_SERVICE = join(REPOSITORY, 'packages/query-service/dist/main.mjs');

/**
 * Runs the built query service as the container would and resolves when it is healthy. It goes on when this program ends.
 * @throws LocalError `PORT.TAKEN`, `SERVICE.START_FAILED`
 */
export const startQueryService = async ({
  folder,
  port,
  awsUrl,
  internalApiUrl,
}: QueryServiceOptions): Promise<void> => {
  await assertPortFree(port, 'the query service, --service-port', '127.0.0.1');
  const started = startRecorded({
    command: process.execPath,
    args: ['--enable-source-maps', QUERY_SERVICE],
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      INTERNAL_API_URL: internalApiUrl,
      QUERY_RESULT_FUNCTION: 'query-result-lambda:live',
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: LOCAL_AWS.region,
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
      LOG_LEVEL: 'info',
      ALLOWED_HOSTS: '',
    },
    log: folder.log('query-service'),
    record: folder.record('query-service'),
  });
  const ended = started.exited.then(
    () => false,
    () => false,
  );
  if (!(await Promise.race([ended, answers(`http://127.0.0.1:${port}/health`, START_TIMEOUT_MS)]))) {
    throw hostError('SERVICE.START_FAILED', `It did not become healthy; see ${folder.log('query-service')}.`);
  }
  started.letGo();
};
