import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedStack } from '@notify/embedded';
import {
  buildPackages,
  type FaultProxy,
  freePort,
  LocalError,
  ProgramFailed,
  startFaultProxy,
} from '@notify/toolchain';
import { type Door, doorsOf } from './doors.ts';
import { baseImagesOf, provideBaseImages } from './image/base-images.ts';
import { Engine } from './image/engine.ts';
import { ServiceContainer } from './image/service-container.ts';
import { Model } from './model.ts';
import { questionsOf } from './questions.ts';
import { play, type Scenario, scenario } from './scenario.ts';
import { openStage } from './stage.ts';
import { repositoryFile, targetOf } from './target.ts';

/**
 * `pnpm --filter @notify/e2e image`: builds the query service's image and runs it before an embedded stack, confined as its task is and
 * more: as its user, on a file system that it cannot write, without capabilities. It has to become healthy, to answer every query of each
 * generation as the model does, and at the signal to stop to answer what it was asked before and end with 0.
 * Prints `image_mb= service_mb= memory_mb= …`; exits 0 when all of it holds.
 */
const ROOT = repositoryFile('');
const FOLDER = join(ROOT, '.local/image');
const DOCKERFILE = 'packages/query-service/Dockerfile';
const IMAGE = `notify-query-service:check-${process.pid}`;
/** Beside the API: what the image has to bring along. */
const PAGES = ['/health/ready', '/console/', '/docs', '/openapi.json', '/users.openapi.json'];
const DRAIN_TIMEOUT_MS = 20_000;
const POLL_MS = 25;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<boolean> => {
  await buildPackages(print);
  const engine = await Engine.open(FOLDER, print);
  try {
    const dockerfile = await readFile(join(ROOT, DOCKERFILE), 'utf8');
    const runtime = [...baseImagesOf(dockerfile)].at(-1) ?? '';
    const base = await provideBaseImages(engine, dockerfile, FOLDER, print);
    print(
      `Building the image on base images of the ${base === 'registry' ? 'registry' : 'machine, stand-ins'} …`,
    );
    const network = engine.isOwn ? ['--network', 'host'] : [];
    await engine.docker('build', ...network, '--file', join(ROOT, DOCKERFILE), '--tag', IMAGE, ROOT);
    const report = await checkService(engine);
    for (const line of report.wrong) print(`wrong  ${line}`);
    const [imageMb, runtimeMb] = [await sizeMb(engine, IMAGE), await sizeMb(engine, runtime)];
    const figures = {
      base,
      image_mb: imageMb.toFixed(1),
      service_mb: (imageMb - runtimeMb).toFixed(1),
      memory_mb: report.memoryMb.toFixed(1),
      questions: report.questions,
      wrong: report.wrong.length,
      drained: report.drained,
    };
    print(
      Object.entries(figures)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    );
    return report.wrong.length === 0 && report.drained === 1;
  } finally {
    await engine.succeeds('image', 'rm', '--force', IMAGE);
    await engine.close();
  }
};

/** Megabytes of all layers. */
const sizeMb = async (engine: Engine, image: string): Promise<number> =>
  Number(await engine.docker('image', 'inspect', '--format', '{{.Size}}', image)) / 2 ** 20;

interface Report {
  /** A sentence each. */
  readonly wrong: readonly string[];
  readonly questions: number;
  readonly memoryMb: number;
  /** Requests that were in flight at the signal to stop, and that were answered before it ended with 0. */
  readonly drained: number;
}

/** Starts a stack with a history, and the container before it. */
const checkService = async (engine: Engine): Promise<Report> => {
  const upstream = await startFaultProxy();
  const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: () => {} });
  upstream.target = stack.awsUrl;
  const port = await freePort();
  const serviceUrl = `http://127.0.0.1:${port}`;
  const stage = openStage({ ...targetOf(stack), serviceUrl });
  let container: ServiceContainer | undefined;
  try {
    const history = scenario({ id: 'image', commands: 200, seed: 1 });
    await play(stage.documents, stage.table('command-records'), history.writes);
    await stack.idle();
    container = await ServiceContainer.start(engine, IMAGE, {
      PORT: String(port),
      HOST: '127.0.0.1',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: upstream.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      QUERY_RESULT_FUNCTION: 'query-result-lambda',
      INTERNAL_API_URL: `${upstream.url}${new URL(stack.apiUrl).pathname}`,
    });
    const doors = doorsOf(stage).filter(({ name }) => name.endsWith(' at the service'));
    const wrong = await confinementFaults(container);
    wrong.push(...(await missingPages(serviceUrl)));
    const { questions, differences } = await ask(doors, history);
    wrong.push(...differences);
    const memoryMb = await container.memoryMb();
    const drainFault = await drain(container, serviceUrl, upstream, doors, history);
    if (drainFault !== undefined) wrong.push(drainFault);
    return { wrong, questions, memoryMb, drained: drainFault === undefined ? 1 : 0 };
  } finally {
    await container?.remove();
    stage.close();
    await stack.stop();
    await upstream.close();
  }
};

const confinementFaults = async (container: ServiceContainer): Promise<string[]> => {
  const actual = await container.confinement();
  const { uid, capabilities, noNewPrivileges, rootIsReadOnly } = actual;
  const isConfined = uid === 1000 && capabilities === 0 && noNewPrivileges && rootIsReadOnly;
  return isConfined ? [] : [`confined as ${JSON.stringify(actual)}`];
};

const missingPages = async (serviceUrl: string): Promise<string[]> => {
  const statuses = await Promise.all(PAGES.map(async (page) => (await fetch(`${serviceUrl}${page}`)).status));
  return PAGES.flatMap((page, index) => (statuses[index] === 200 ? [] : [`GET ${page}: ${statuses[index]}`]));
};

const ask = async (doors: readonly Door[], { commands }: Scenario) => {
  const model = new Model(commands);
  const differences: string[] = [];
  let questions = 0;
  for (const door of doors) {
    for (const question of questionsOf(door.query_type, commands)) {
      questions++;
      const difference = await model.difference(door, question);
      if (difference !== undefined)
        differences.push(`${door.name} ${JSON.stringify(question)}: ${difference}`);
    }
  }
  if (questions === 0) differences.push('nothing was asked');
  return { questions, differences };
};

/**
 * Stops the service while a request is in flight that the upstream answers only when the service no longer listens.
 * @returns what was wrong with that, undefined when nothing was
 */
const drain = async (
  container: ServiceContainer,
  serviceUrl: string,
  upstream: FaultProxy,
  doors: readonly Door[],
  { commands }: Scenario,
): Promise<string | undefined> => {
  const door = doors[0] as Door;
  const [question = {}] = questionsOf(door.query_type, commands);
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  upstream.set(async (outgoing, _, forward) => {
    arrived.resolve();
    await released.promise;
    const { status, headers, body } = await forward();
    outgoing.writeHead(status, headers).end(body);
  });
  const difference = new Model(commands).difference(door, question);
  await arrived.promise;
  const exitCode = container.stop();
  const endsAt = Date.now() + DRAIN_TIMEOUT_MS;
  while ((await isListening(serviceUrl)) && Date.now() < endsAt) await delay(POLL_MS);
  released.resolve();
  const [different, code] = await Promise.all([difference, exitCode]);
  upstream.set(undefined);
  if (different !== undefined) return `in flight at the signal to stop: ${different}`;
  return code === 0 ? undefined : `ended with ${code} at the signal to stop`;
};

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof LocalError || error instanceof ProgramFailed)) throw error;
  process.stderr.write(`${error.message}\n${error instanceof ProgramFailed ? error.details : ''}\n`);
  process.exitCode = 1;
}
