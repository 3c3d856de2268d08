import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { LOCAL_AWS } from '@notify/dynamodb';
import { freePort } from '@notify/toolchain';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeRepository } from './fixtures/repository.ts';
import { type EmbeddedStack, type EmbeddedStackOptions, startEmbeddedStack } from './index.ts';

let root: string;
beforeAll(() => {
  root = makeRepository();
});
afterAll(() => rmSync(root, { recursive: true }));

const log: string[] = [];
const start = (options: Partial<EmbeddedStackOptions> = {}): Promise<EmbeddedStack> => {
  const report = (source: string, line: string) => log.push(`${source}: ${line}`);
  return startEmbeddedStack({ root, awsPort: 0, servicePort: 0, log: report, ...options });
};
const dynamodb = (endpoint: string) => new DynamoDBClient({ ...LOCAL_AWS, endpoint });
const write = (endpoint: string, id: string) =>
  dynamodb(endpoint).send(new PutItemCommand({ TableName: 'command-records', Item: key(id) }));
const read = async (endpoint: string, id: string) =>
  (await dynamodb(endpoint).send(new GetItemCommand({ TableName: 'notification-records', Key: key(id) })))
    .Item;
const answers = (url: string) => fetch(url).then(Boolean, () => false);
const key = (id: string) => ({ transaction_id: { S: id }, created_at: { N: '1' } });

describe('a running stack', () => {
  let stack: EmbeddedStack;
  let lambda: LambdaClient;
  beforeAll(async () => {
    stack = await start();
    lambda = new LambdaClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
  });
  afterAll(() => stack.stop());

  test('whoever comes to DynamoDB Local itself, by whatever address, finds an empty database', async () => {
    const { endpoint } = stack.dynamodb;
    const tables = async (config: DynamoDBClientConfig) => {
      const client = new DynamoDBClient(config);
      const { TableNames } = await client.send(new ListTablesCommand({}));
      client.destroy();
      return TableNames;
    };
    expect(await tables(stack.dynamodb)).toContain('command-records');
    // On Linux all of 127.0.0.0/8 is this machine's; elsewhere its addresses on the network are.
    const neighbours = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    const addresses = ['127.0.0.1', ...(process.platform === 'linux' ? ['127.0.0.2'] : []), ...neighbours];
    for (const address of addresses) {
      const there = endpoint.replace('127.0.0.1', address);
      expect([address, await tables({ ...LOCAL_AWS, endpoint: there })]).toEqual([address, []]);
    }
  });

  const invoke = async (event: unknown, input: object = {}) => {
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: 'fixture-lambda',
        Payload: Buffer.from(JSON.stringify(event)),
        ...input,
      }),
    );
    return {
      ...answer,
      payload: answer.Payload?.length ? JSON.parse(answer.Payload.transformToString()) : undefined,
    };
  };

  test('a command goes through the stream and the function into the read table', async () => {
    await write(stack.awsUrl, 'tx_1');
    await stack.idle();
    expect(await read(stack.awsUrl, 'tx_1')).toEqual(key('tx_1'));
    expect(stack.streams()[0]?.shards[0]).toMatchObject({ pending: 0, checkpoint: expect.any(String) });
  });

  test('DynamoDB Streams are served beside DynamoDB', async () => {
    const streams = new DynamoDBStreamsClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName: 'command-records' }));
    expect(Streams).toHaveLength(1);
  });

  test('functions are invoked by name and by ARN, with their environment alone', async () => {
    const { payload } = await invoke({ do: 'environment' });
    expect(payload).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'fixture-lambda',
      AWS_ENDPOINT_URL: stack.dynamodb.endpoint,
      QUERY_SERVICE_URL: stack.serviceUrl,
    });
    expect(payload).not.toHaveProperty('PATH');
    const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:fixture-lambda:$LATEST';
    expect((await invoke({ do: 'echo' }, { FunctionName })).payload).toEqual({ do: 'echo' });
  });

  test('the log tail comes when it is asked for, errors come as function errors', async () => {
    const { LogResult, StatusCode } = await invoke({ do: 'log' }, { LogType: 'Tail' });
    expect(StatusCode).toBe(200);
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toBe('hello from the function\n');
    expect(await invoke({ do: 'throw' })).toMatchObject({
      FunctionError: 'Unhandled',
      payload: { errorType: 'RangeError', errorMessage: 'not today' },
    });
  });

  test('events are accepted and run afterwards, dry runs are not run', async () => {
    const lines = log.length;
    expect((await invoke({ do: 'log' }, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect((await invoke({ do: 'log' }, { InvocationType: 'Event' })).StatusCode).toBe(202);
    await vi.waitUntil(() => log.length > lines);
    expect(log.slice(lines)).toEqual(['fixture-lambda: hello from the function']);
  });

  test('what there is can be listed; what there is not is told in the shape of AWS', async () => {
    const { Functions } = await lambda.send(new ListFunctionsCommand());
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual([
      'fixture-lambda',
      'stream-fixture-lambda',
    ]);
    const { EventSourceMappings } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: 'stream-fixture-lambda' }),
    );
    expect(EventSourceMappings).toMatchObject([{ BatchSize: 100, State: 'Enabled' }]);
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'fixture-lambda' }));
    expect(Configuration?.Timeout).toBe(5);
    await expect(invoke({}, { FunctionName: 'nothing' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(invoke({}, { Payload: '{"half' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });

  test('each form of an API URL leads to the same API, by its id, its title and as local', async () => {
    const { awsUrl, apiUrl } = stack;
    expect(apiUrl).toMatch(/\/restapis\/[a-z0-9]{10}\/dev$/);
    for (const base of [
      apiUrl,
      `${awsUrl}/restapis/local/v1/_user_request_`,
      `${awsUrl}/_aws/execute-api/notifications/v1`,
    ]) {
      const response = await fetch(`${base}/health`);
      expect([base, response.status]).toEqual([base, 200]);
    }
    const users = await fetch(`${awsUrl}/restapis/users/v1/users/7?a=b`);
    expect(users.status).toBe(201);
    expect(users.headers.get('x-path')).toBe('/users/7');
    expect(users.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await users.json()).toMatchObject({
      queryStringParameters: { a: 'b' },
      pathParameters: { id: '7' },
    });
    expect((await fetch(`${awsUrl}/restapis/nothing/v1/health`)).status).toBe(404);
    expect((await fetch(`${awsUrl}/restapis/local/prod/health`)).status).toBe(403);
  });

  test('a body over 10 MB gets its answer', async () => {
    const body = 'x'.repeat(11 * 1024 * 1024);
    const response = await fetch(`${stack.apiUrl}/query/user`, { method: 'POST', body });
    expect(response.status).toBe(413);
  });

  test('the service gets its contract, its health and that of the host are served', async () => {
    const environment = await (await fetch(stack.serviceUrl)).json();
    expect(environment).toMatchObject({
      INTERNAL_API_URL: stack.apiUrl.replace(/dev$/, 'v1'),
      QUERY_RESULT_FUNCTION: 'query-result-lambda',
      AWS_ENDPOINT_URL: stack.awsUrl,
    });
    const health = await (await fetch(`${stack.awsUrl}/_localstack/health`)).json();
    expect(health).toMatchObject({ status: 'ok', services: { dynamodb: 'running', lambda: 'running' } });
  });

  test('any other service is refused with what is served instead', async () => {
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const response = await fetch(stack.awsUrl, { method: 'POST', headers });
    expect(response.status).toBe(501);
    expect(await response.text()).toMatch(/serves DynamoDB.*not AmazonSQS\.SendMessage/);
  });

  test('when a piece dies the stack stops and says so', async () => {
    await fetch(`${stack.serviceUrl}/exit`).catch(() => {});
    expect(await stack.died).toMatchObject({
      code: 'STACK.PIECE_DIED',
      message: expect.stringContaining('query-service'),
    });
    expect(await answers(`${stack.awsUrl}/health`)).toBe(false);
  });
});

describe('starting and stopping', () => {
  const aDirectory = () => {
    const directory = mkdtempSync(join(tmpdir(), 'data-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  };

  test('a killed stack leaves nothing behind, and the next one goes on with its data', async () => {
    const dataDir = aDirectory();
    const servicePort = await freePort();
    const program = fileURLToPath(new URL('fixtures/run-stack.ts', import.meta.url));
    const process_ = fork(program, [root, dataDir, String(servicePort)], { execArgv: [], silent: true });
    const [{ awsUrl, serviceUrl }] = (await once(process_, 'message')) as [
      { awsUrl: string; serviceUrl: string },
    ];
    await write(awsUrl, 'tx_1');
    await vi.waitUntil(() => read(awsUrl, 'tx_1'), { timeout: 20_000 });
    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR.IN_USE' });

    process_.kill('SIGKILL');
    await once(process_, 'exit');
    await vi.waitUntil(async () => !(await answers(serviceUrl)), { timeout: 20_000 });
    const next = await start({ dataDir, servicePort });
    onTestFinished(() => next.stop());
    expect(await read(next.awsUrl, 'tx_1')).toEqual(key('tx_1'));
    await write(next.awsUrl, 'tx_2');
    await next.idle();
    expect(await read(next.awsUrl, 'tx_2')).toEqual(key('tx_2'));
    expect(next.streams()[0]?.shards.length).toBeGreaterThan(0);
  });

  test('a taken port and a missing bundle are named, and nothing that had started stays', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    onTestFinished(() => void server.close());
    await expect(start({ awsPort: port })).rejects.toMatchObject({
      code: 'PORT.TAKEN',
      message: expect.stringMatching(new RegExp(`${port}.*--port`)),
    });

    const incomplete = makeRepository();
    onTestFinished(() => rmSync(incomplete, { recursive: true }));
    unlinkSync(join(incomplete, 'packages/query-service/dist/main.mjs'));
    const awsPort = await freePort();
    await expect(start({ root: incomplete, awsPort })).rejects.toMatchObject({ code: 'BUNDLE.MISSING' });
    expect(await answers(`http://127.0.0.1:${awsPort}/health`)).toBe(false);
  });
});
