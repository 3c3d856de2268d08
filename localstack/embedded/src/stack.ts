import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables } from '@notify/dynamodb';
import {
  createTables,
  type LocalClientConfig,
  startDynamoDBLocal,
  type Tuning,
} from '@notify/dynamodb-local';
import { assertPortFree, freePort, type LocalError } from '@notify/toolchain';
import { accessKeyOf } from './access-key.ts';
import { startAwsEndpoint } from './aws/aws-endpoint.ts';
import { DynamoDBProxy } from './aws/dynamodb-proxy.ts';
import { LambdaApi } from './aws/lambda-api.ts';
import { RestApiEndpoint } from './aws/rest-api-endpoint.ts';
import { lockDataDir } from './data-dir.ts';
import { embeddedError } from './errors.ts';
import { functionEnvironment, loadFunctions, type Surroundings } from './functions.ts';
import { loadRestApis } from './gateway/rest-api.ts';
import { RestGateway } from './gateway/rest-gateway.ts';
import { Concurrency } from './lambda/concurrency.ts';
import { LambdaFunction, WAIT_MS } from './lambda/lambda-function.ts';
import type { Log } from './log.ts';
import { startQueryService } from './query-service.ts';
import { Checkpoints } from './streams/checkpoints.ts';
import type { GivingUp } from './streams/giving-up.ts';
import { StreamPoller, type StreamStatus } from './streams/stream-poller.ts';
import { createStreamsClient } from './streams/streams-client.ts';

export interface EmbeddedStackOptions {
  /** Port of the AWS endpoint; 4566 by default, 0 for a free one. */
  readonly awsPort?: number;
  /** Port of the query service; 8000 by default, 0 for a free one. */
  readonly servicePort?: number;
  /** Port of DynamoDB Local itself; a free one by default. */
  readonly dynamodbPort?: number;
  /** What DynamoDB Local is set up for; `start` by default. */
  readonly tunedFor?: Tuning;
  /** Where tables and stream checkpoints outlive the stack; by default all is in memory. */
  readonly dataDir?: string;
  /** How many invocations run at once, of all functions that no stream drives; 100 by default. */
  readonly concurrency?: number;
  /** Rebuild and reload a function when its source changes. */
  readonly watch?: boolean;
  /** Host names to which the endpoints answer beside those of this machine. */
  readonly allowedHosts?: readonly string[];
  /** LOG_LEVEL of the functions and the service; WARN by default. */
  readonly logLevel?: string;
  /** The repository whose terraform/ and packages/ are run; this one by default. */
  readonly root?: string;
  /** Lets event source mappings give up as Lambda does, by the limits of functions.json or, where they are here, by these. */
  readonly givingUp?: Pick<GivingUp, 'keep'> & Partial<GivingUp>;
  /** Whether the REST APIs take only requests that the stack's own key has signed, as those that are deployed with it do; NONE by default. */
  readonly apiAuthorization?: 'NONE' | 'AWS_IAM';
  /** Variables on top of those that the stack gives each function. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  readonly log: Log;
}

export interface EmbeddedStack {
  /** For AWS clients: DynamoDB, DynamoDB Streams, Lambda. */
  readonly awsUrl: string;
  /** The notifications API with its stage `dev`. */
  readonly apiUrl: string;
  /** The id of the notifications API. */
  readonly apiId: string;
  readonly serviceUrl: string;
  /** How to reach DynamoDB Local past the endpoint, as the functions do. */
  readonly dynamodb: LocalClientConfig;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** The streams that drive functions: checkpoints, and what is under way. */
  streams(): readonly StreamStatus[];
  /** Resolves when everything written before the call has gone through the functions that the streams drive. */
  idle(): Promise<void>;
  /** Resolves with the reason when a piece has ended by itself and the stack has stopped for it; never when it was asked to stop. */
  readonly died: Promise<LocalError>;
  /** Ends every piece, in the order in which nothing is lost. Safe to call twice. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** How long a stop waits for a batch in flight; one that is cut off comes again at the next start. */
const DRAIN_MS = 5_000;

/** What AWS leaves an account at the least beside what its functions have reserved. */
const CONCURRENCY = 100;
/** So that requests that wait for a projection never keep it from its environments. */
const RESERVED_FOR_A_STREAM = 10;

/**
 * Starts the whole system on this machine: DynamoDB Local with the tables, the built functions, the streams that drive them, the REST
 * APIs and the query service. It hosts the real handlers by the files that Terraform reads; it emulates no service itself.
 * What had started is stopped again when a later piece does not.
 * @throws LocalError with one of its codes
 */
export const startEmbeddedStack = async (options: EmbeddedStackOptions): Promise<EmbeddedStack> => {
  const started = new Teardown();
  try {
    return await start(options, started);
  } catch (error) {
    await started.run();
    throw error;
  }
};

const start = async (options: EmbeddedStackOptions, started: Teardown): Promise<EmbeddedStack> => {
  const { awsPort = 4566, allowedHosts = [], dataDir, log, logLevel = 'WARN' } = options;
  const root = options.root ?? fileURLToPath(new URL('../../../', import.meta.url));
  const packages = join(root, 'packages');
  const specs = loadFunctions(join(root, 'terraform/functions.json'));
  const tables = loadTables(join(root, 'terraform/tables.json'));
  const servicePort = options.servicePort === 0 ? await freePort() : (options.servicePort ?? 8000);
  const serviceUrl = `http://127.0.0.1:${servicePort}`;
  const apis = loadRestApis(join(root, 'terraform/api'), serviceUrl);
  const bundleOf = (name: string) => join(packages, name, 'dist/handler.mjs');
  const serviceProgram = join(packages, 'query-service/dist/main.mjs');

  // What can be known to fail is found out before anything is started.
  requireBuilt([...Object.keys(specs).map(bundleOf), serviceProgram]);
  if (awsPort) await assertPortFree(awsPort, 'the AWS endpoint, --port', LOOPBACK);
  await assertPortFree(servicePort, 'the query service, --service-port', LOOPBACK);
  if (dataDir) started.add((await lockDataDir(dataDir)).release);
  const databaseDir = dataDir && join(dataDir, 'dynamodb');
  const dynamodb = await startDynamoDBLocal({
    accessKeyId: accessKeyOf(databaseDir),
    ...(options.tunedFor ? { tunedFor: options.tunedFor } : {}),
    ...(options.dynamodbPort ? { port: options.dynamodbPort } : {}),
    ...(databaseDir ? { dataDir: databaseDir } : {}),
  });
  started.add(dynamodb.stop);
  const client = new DynamoDBClient(dynamodb.clientConfig);
  const streamsClient = createStreamsClient(dynamodb.clientConfig);
  started.add(() => {
    client.destroy();
    streamsClient.destroy();
  });
  await createTables(client, tables);

  const surroundings: Surroundings = { dynamodb: dynamodb.clientConfig, serviceUrl, logLevel };
  const concurrency = new Concurrency(options.concurrency ?? CONCURRENCY);
  const functions = new Map<string, LambdaFunction>();
  const pollers: StreamPoller[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const bundle = join(packages, name, 'dist/handler.mjs');
    const fn = new LambdaFunction({
      name,
      spec,
      bundle,
      env: { ...functionEnvironment(name, spec, surroundings), ...options.functionEnvironment },
      concurrency: spec.event_source ? new Concurrency(RESERVED_FOR_A_STREAM) : concurrency,
      log,
    });
    functions.set(name, fn);
    started.add(() => fn.stop());
    if (!spec.event_source) continue;
    pollers.push(
      new StreamPoller({
        functionName: name,
        source: spec.event_source,
        dynamodb: client,
        streams: streamsClient,
        invoke: (event) => fn.invoke(event),
        checkpoints: new Checkpoints(dataDir && join(dataDir, 'checkpoints', `${name}.json`)),
        log,
        givingUp: options.givingUp && {
          maximumRetryAttempts: spec.event_source.maximum_retry_attempts,
          maximumRecordAgeS: spec.event_source.maximum_record_age_s,
          ...options.givingUp,
        },
      }),
    );
  }

  const lambda = new LambdaApi(functions, pollers);
  const { apiAuthorization = 'NONE' } = options;
  const signedBy =
    apiAuthorization === 'AWS_IAM' ? { ...LOCAL_AWS.credentials, region: LOCAL_AWS.region } : undefined;
  const invoke = async (name: string, event: string) => lambda.find(name)?.invoke(event, { waitMs: WAIT_MS });
  const gateways = apis.map((api) => new RestGateway(api, invoke, signedBy));
  const endpoint = await startAwsEndpoint({
    port: awsPort,
    allowedHosts,
    dynamodb: new DynamoDBProxy(dynamodb.clientConfig, (request) => {
      for (const poller of pollers) if (request.includes(poller.table)) poller.wake();
    }),
    lambda,
    restApis: new RestApiEndpoint(gateways),
    health: () => health(pollers),
  });
  const idOf = (title: string) => apis.find((api) => api.title === title)?.id ?? '';
  const apiId = idOf('notifications');
  const apiUrl = `${endpoint.url}/restapis/${apiId}`;
  started.add(endpoint.stop);
  const service = await startQueryService({
    program: serviceProgram,
    port: servicePort,
    awsUrl: endpoint.url,
    internalApiUrl: `${apiUrl}/v1`,
    internalApiAuthorization: apiAuthorization,
    usersApiUrl: `${endpoint.url}/restapis/${idOf('users')}/v1`,
    allowedHosts,
    logLevel,
    log,
  });
  started.add(service.stop);

  for (const poller of pollers) poller.start();
  started.add(async () => {
    await Promise.race([
      Promise.all(pollers.map((poller) => poller.stop())),
      delay(DRAIN_MS, undefined, { ref: false }),
    ]);
  });
  if (options.watch) {
    const { watchFunctions } = await import('./watch.ts');
    started.add(watchFunctions(packages, functions.values(), log));
  }

  return {
    awsUrl: endpoint.url,
    apiUrl: `${apiUrl}/dev`,
    apiId,
    serviceUrl,
    dynamodb: dynamodb.clientConfig,
    functions,
    streams: () => pollers.map((poller) => poller.status),
    idle: async () => {
      await Promise.all(pollers.map((poller) => poller.idle()));
    },
    died: stopWithFirst(started, { 'DynamoDB Local': dynamodb.exited, 'query-service': service.exited }),
    stop: () => started.run(),
  };
};

const requireBuilt = (bundles: readonly string[]): void => {
  const missing = bundles.filter((bundle) => !existsSync(bundle));
  if (missing.length > 0) throw embeddedError('BUNDLE.MISSING', `There is no ${missing.join(', no ')}.`);
};

const health = (pollers: readonly StreamPoller[]) => ({
  status: 'ok',
  edition: 'embedded',
  services: { dynamodb: 'running', dynamodbstreams: 'running', lambda: 'running', apigateway: 'running' },
  streams: pollers.map((poller) => poller.status),
});

/** No half stack: when one piece ends by itself, the others are stopped. */
const stopWithFirst = async (
  started: Teardown,
  pieces: Record<string, Promise<void>>,
): Promise<LocalError> => {
  const name = await Promise.race(Object.entries(pieces).map(([piece, exited]) => exited.then(() => piece)));
  if (started.begun) return new Promise(() => {});
  await started.run();
  return embeddedError('STACK.PIECE_DIED', `${name} has ended by itself, so the stack has stopped.`);
};

/** What has to be undone, the last first. */
class Teardown {
  readonly #steps: (() => void | Promise<void>)[] = [];
  #done: Promise<void> | undefined;

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  get begun(): boolean {
    return this.#done !== undefined;
  }

  run(): Promise<void> {
    this.#done ??= this.#undo();
    return this.#done;
  }

  async #undo(): Promise<void> {
    for (const step of this.#steps.toReversed()) await step();
  }
}
