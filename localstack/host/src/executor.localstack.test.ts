import { randomUUID } from 'node:crypto';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { LOCAL_AWS } from '@notify/dynamodb';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Functions as processes, seen through LocalStack's Lambda API. Needs the endpoint of a running one: E2E_AWS_ENDPOINT. */
const lambda = new LambdaClient({
  ...LOCAL_AWS,
  endpoint: process.env['E2E_AWS_ENDPOINT'] ?? '',
  maxAttempts: 1,
});
const FunctionName = `executor-${randomUUID()}`;
const HANDLER = `
let count = 0;
export const handler = async ({ wait, fail }, context) => {
  console.log('invoked');
  if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
  if (fail) throw new RangeError('not today');
  return { count: ++count, node: process.version, name: context.functionName, table: process.env.TABLE };
};`;

const invoke = async (event: object) => {
  const { Payload, FunctionError, LogResult } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }),
  );
  return {
    payload: JSON.parse(Buffer.from(Payload ?? []).toString()),
    functionError: FunctionError,
    log: Buffer.from(LogResult ?? '', 'base64').toString(),
  };
};

beforeAll(async () => {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Role: `arn:aws:iam::${LOCAL_AWS.accountId}:role/executor`,
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Timeout: 2,
      MemorySize: 128,
      Environment: { Variables: { TABLE: 'notification-records' } },
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8(HANDLER) }) },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
});
afterAll(() => lambda.send(new DeleteFunctionCommand({ FunctionName })));

it('runs it with the Node of this project, its own environment, and keeps it warm', async () => {
  const { payload, log } = await invoke({});
  expect(payload).toEqual({
    count: 1,
    node: process.version,
    name: FunctionName,
    table: 'notification-records',
  });
  expect(log).toMatch(/^START RequestId: .*\n(.*\n)*invoked\nEND RequestId: .*\nREPORT RequestId: /);
  expect((await invoke({})).payload.count).toBe(2);
});

it('tells errors and timeouts as Lambda does, and goes on', async () => {
  expect(await invoke({ fail: true })).toMatchObject({
    functionError: 'Unhandled',
    payload: { errorType: 'RangeError', errorMessage: 'not today' },
  });
  expect(await invoke({ wait: 5_000 })).toMatchObject({
    functionError: 'Unhandled',
    payload: { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('2.00 seconds') },
  });
  expect((await invoke({})).functionError).toBeUndefined();
});

it('runs invocations at once, each in a process of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => invoke({ wait: 500 })));
  expect(answers.map(({ functionError }) => functionError)).toEqual(answers.map(() => undefined));
});

it('holds a function to its reserved concurrency', async () => {
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await expect(
    lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }), { requestTimeout: 30_000 }),
  ).rejects.toMatchObject({ name: 'TooManyRequestsException' });
});
