import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRequestSigner } from '@notify/request-signing';
import { parseConfig } from '@notify/shared-domain';
import { GuardedReader } from './adapters/guarded-reader.ts';
import { createApp } from './adapters/http/app.ts';
import { logOptions } from './adapters/http/request-log.ts';
import { InternalApiAdapter } from './adapters/internal-api.ts';
import { createLambdaClient, LambdaInvokeAdapter } from './adapters/lambda-invoke.ts';
import { UsersApi } from './adapters/users-api.ts';
import { QueryNotifications } from './application/query-notifications.ts';
import { Readiness } from './application/readiness.ts';
import { Config, MAX_REQUEST_TIMEOUT } from './config.ts';
import { run } from './run.ts';

/** A file or folder that the build has put beside this program. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const description = (file: string) => JSON.parse(readFileSync(beside(file), 'utf8'));

await run(async () => {
  const config = parseConfig(Config, process.env);
  const timeoutMs = Math.min(config.REQUEST_TIMEOUT, MAX_REQUEST_TIMEOUT) * 1000;

  const queryFunction = new LambdaInvokeAdapter(
    createLambdaClient(timeoutMs),
    config.QUERY_RESULT_FUNCTION,
    timeoutMs,
  );
  const sign = config.INTERNAL_API_AUTHORIZATION === 'AWS_IAM' ? createRequestSigner() : undefined;
  const internalApi = new InternalApiAdapter(config.INTERNAL_API_URL, timeoutMs, sign);

  const app = await createApp({
    notifications: new QueryNotifications(new GuardedReader(queryFunction), new GuardedReader(internalApi)),
    reports: internalApi,
    readiness: new Readiness([queryFunction, internalApi]),
    docs: {
      openapi: description('openapi.json'),
      usersOpenapi: description('users.openapi.json'),
      files: beside('docs'),
    },
    consoleFiles: beside('console'),
    users: config.USERS_API_URL ? new UsersApi(config.USERS_API_URL, timeoutMs, sign) : undefined,
    logger: logOptions(config.LOG_LEVEL),
    allowedHosts: config.ALLOWED_HOSTS,
  });
  if (config.REQUEST_TIMEOUT > MAX_REQUEST_TIMEOUT)
    app.log.warn({ seconds: MAX_REQUEST_TIMEOUT }, 'REQUEST_TIMEOUT is longer than API Gateway waits');
  return { app, host: config.HOST, port: config.PORT, drainMs: timeoutMs + 1000 };
});
