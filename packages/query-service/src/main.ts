import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHeaderSigner, createRequestSigner } from '@notify/request-signing';
import { parseConfig } from '@notify/shared-domain';
import { GuardedAnswers } from './adapters/guarded-answers.ts';
import { createApp } from './adapters/http/app.ts';
import { logOptions } from './adapters/http/request-log.ts';
import { InternalApiAdapter } from './adapters/internal-api.ts';
import { LambdaInvokeAdapter } from './adapters/lambda-invoke.ts';
import { createSend } from './adapters/send.ts';
import { createTransport } from './adapters/transport.ts';
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

  // Soon enough for a second try.
  const send = createSend(timeoutMs / 3);
  const queryFunction = new LambdaInvokeAdapter(send, {
    functionName: config.QUERY_RESULT_FUNCTION,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL_LAMBDA ?? config.AWS_ENDPOINT_URL,
    timeoutMs,
  });
  const isSigned = config.INTERNAL_API_AUTHORIZATION === 'AWS_IAM';
  const transport = createTransport(send, isSigned ? createHeaderSigner() : undefined);
  const internalApi = new InternalApiAdapter(config.INTERNAL_API_URL, timeoutMs, transport);
  const sign = isSigned ? createRequestSigner() : undefined;

  const app = await createApp({
    notifications: new QueryNotifications(new GuardedAnswers(queryFunction), new GuardedAnswers(internalApi)),
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
