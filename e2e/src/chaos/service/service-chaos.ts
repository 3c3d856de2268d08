import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, createNotifyClient, type NotifyClient } from '@notify/client';
import { type QueryService, startEmbeddedStack, startQueryService } from '@notify/embedded';
import type { Terminal } from '@notify/scripts';
import { QUERY_ROUTES, type QueryRoute } from '@notify/shared-domain';
import { type FaultProxy, freePort, startFaultProxy } from '@notify/toolchain';
import { Model } from '../../model.ts';
import { questionsOf } from '../../questions.ts';
import { play, scenario } from '../../scenario.ts';
import { openStage } from '../../stage.ts';
import { repositoryFile, targetOf } from '../../target.ts';
import { FAULTS, throttled } from './faults.ts';
import type { HeldMemory } from './held-memory.ts';
import { type Load, type Observation, type Question, startLoad } from './load.ts';

export interface ServiceChaosOptions {
  readonly rate: number;
  /** How long each fault lasts, and how long is watched behind it. */
  readonly seconds: number;
}

export interface ServiceChaosReport {
  readonly requests: number;
  /** Requests that were refused as the contract has it, while something was broken. */
  readonly shed: number;
  /** Answers that differ from what was written, or are none of the contract's. */
  readonly wrong: readonly Observation[];
  /** What was not answered while both instances were replaced, one after the other, and nothing else was wrong. */
  readonly failedDuringRestart: readonly Observation[];
  readonly late: readonly Observation[];
  /** From the end of a fault to the last refusal behind it; the longest of them. */
  readonly recoveredS: number;
  /** What the larger instance holds on to, before the faults and behind them. */
  readonly heldMb: readonly [before: number, after: number];
  /** Whether an instance ended by itself, or told of an error that nobody had caught. */
  readonly crashes: readonly string[];
}

/** The service's own default. */
const REQUEST_TIMEOUT_S = 5;
/** The machine is busy with all pieces at once. */
const GRACE_MS = 1_000;
/** For what an instance is asked by its parent. */
const ANSWER_TIMEOUT_MS = 10_000;
const RESTARTS = 2;
const PAGE = 10;

/**
 * Asks two instances of the query service at a rate while they are replaced one after the other, while the API and the function behind
 * them fail in every way, and while DynamoDB throttles those.
 */
export const serviceChaos = async (
  { rate, seconds }: ServiceChaosOptions,
  terminal: Terminal,
): Promise<ServiceChaosReport> => {
  const dynamodb = await startFaultProxy();
  const upstream = await startFaultProxy();
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'ERROR',
    log: () => {},
    functionEnvironment: { AWS_ENDPOINT_URL: dynamodb.url },
  });
  dynamodb.target = stack.dynamodb.endpoint;
  upstream.target = stack.awsUrl;
  const stage = openStage(targetOf(stack));
  const fleet = new Fleet(upstream, new URL(stack.apiUrl).pathname);
  try {
    const { writes, commands } = scenario({
      id: 'chaos',
      commands: 200,
      seed: 1,
      transactions: 20,
      users: 8,
    });
    await play(stage.documents, stage.table('command-records'), writes);
    await stack.idle();
    await fleet.start();
    const questions = QUERY_ROUTES.flatMap((route) =>
      questionsOf(route.query_type, commands).map((query) => ({ route, query: { ...query, limit: PAGE } })),
    );
    await warmUp(fleet, questions);
    const load = startLoad({
      questions,
      model: new Model(commands),
      rate,
      ask: (route, query) => fleet.ask(route, query),
    });
    const report = await breakThings({ load, fleet, upstream, dynamodb, seconds, terminal });
    return { ...report, crashes: fleet.crashes };
  } finally {
    await fleet.stop();
    stage.close();
    await stack.stop();
    await Promise.all([upstream.close(), dynamodb.close()]);
  }
};

/** Functions start when they are first asked; what is measured begins behind that. */
const warmUp = async (fleet: Fleet, questions: readonly Question[]): Promise<void> => {
  for (const { route, query } of questions)
    while ((await fleet.ask(route, query)).status !== 200) await delay(100);
};

interface Surroundings {
  readonly load: Load;
  readonly fleet: Fleet;
  readonly upstream: FaultProxy;
  readonly dynamodb: FaultProxy;
  readonly seconds: number;
  readonly terminal: Terminal;
}

const breakThings = async ({
  load,
  fleet,
  upstream,
  dynamodb,
  seconds,
  terminal,
}: Surroundings): Promise<Omit<ServiceChaosReport, 'crashes'>> => {
  const { observations } = load;
  await delay(seconds * 1_000);
  const healthyFrom = performance.now();
  for (let restart = 1; restart <= RESTARTS; restart++) {
    await fleet.replace();
    terminal.say(`restarted an instance, the other one answers; ${observations.length} requests so far`);
    await delay(500);
  }
  const healthyTo = performance.now();
  // What was asked while all was well is answered before something breaks.
  await fleet.settled();
  const before = await fleet.heldMb();

  const faults = [
    ...Object.entries(FAULTS).map(([name, fault]) => ({
      name: `the upstream ${name}`,
      proxy: upstream,
      fault,
    })),
    { name: 'DynamoDB throttles', proxy: dynamodb, fault: throttled },
  ];
  let recoveredMs = 0;
  for (const { name, proxy, fault } of faults) {
    const from = observations.length;
    proxy.set(fault);
    await delay(seconds * 1_000);
    proxy.set(undefined);
    const endedAt = performance.now();
    await delay(Math.max(seconds, REQUEST_TIMEOUT_S + 1) * 1_000);
    const during = observations.slice(from);
    const refusedBehind = during.filter(({ sentAt, outcome }) => sentAt > endedAt && outcome !== 'answered');
    const tookMs = Math.max(0, ...refusedBehind.map(({ sentAt, tookMs: took }) => sentAt + took - endedAt));
    recoveredMs = Math.max(recoveredMs, tookMs);
    const refused = during.filter(({ outcome }) => outcome === 'refused').length;
    const slowest = Math.max(...during.map(({ tookMs: took }) => took));
    terminal.say(
      `${name}: ${during.length} requests, ${refused} refused, slowest ${Math.round(slowest)} ms, recovered in ${(tookMs / 1_000).toFixed(2)} s`,
    );
  }
  await load.stop();

  const isHealthy = ({ sentAt }: Observation) => sentAt >= healthyFrom && sentAt < healthyTo;
  return {
    requests: observations.length,
    shed: observations.filter(({ outcome }) => outcome === 'refused').length,
    wrong: observations.filter(({ outcome }) => outcome === 'wrong'),
    failedDuringRestart: observations.filter((seen) => isHealthy(seen) && seen.outcome !== 'answered'),
    late: observations.filter(({ tookMs }) => tookMs > REQUEST_TIMEOUT_S * 1_000 + GRACE_MS),
    recoveredS: recoveredMs / 1_000,
    heldMb: [before, await fleet.heldMb()],
  };
};

interface Instance {
  readonly service: QueryService;
  readonly client: NotifyClient;
  /** What it was asked and has not answered yet. */
  readonly open: Set<Promise<unknown>>;
}

/** Two instances behind a balancer that takes one out before it is asked to end, as the load balancer does. */
class Fleet {
  readonly crashes: string[] = [];
  readonly #upstream: FaultProxy;
  readonly #apiPath: string;
  #instances: Instance[] = [];
  #turn = 0;
  #stopping = new Set<QueryService>();

  constructor(upstream: FaultProxy, apiPath: string) {
    this.#upstream = upstream;
    this.#apiPath = apiPath;
  }

  async start(): Promise<void> {
    this.#instances = [await this.#startInstance(), await this.#startInstance()];
  }

  async ask(route: QueryRoute, query: object): Promise<Answer> {
    this.#turn += 1;
    const instance = this.#instances[this.#turn % this.#instances.length] as Instance;
    const answer = instance.client.send(route, query);
    instance.open.add(answer);
    return answer.finally(() => instance.open.delete(answer));
  }

  /** Takes the oldest instance out, lets it drain as behind a load balancer, ends it, and puts a new one in its place. */
  async replace(): Promise<void> {
    const [oldest, ...rest] = this.#instances;
    this.#instances = rest;
    await Promise.allSettled(oldest?.open ?? []);
    if (oldest) await this.#stopInstance(oldest);
    this.#instances = [...rest, await this.#startInstance()];
  }

  /** What is open now has been answered, or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#instances.flatMap(({ open }) => [...open]));
  }

  /** What the larger instance holds on to. */
  async heldMb(): Promise<number> {
    const sizes = this.#instances.map(async ({ service }) => {
      const told = once(service.process, 'message', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      service.process.send('what is held');
      const [{ held_bytes }] = (await told) as [HeldMemory];
      return held_bytes / 2 ** 20;
    });
    return Math.round(Math.max(...(await Promise.all(sizes))));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => this.#stopInstance(instance)));
    this.#instances = [];
  }

  async #stopInstance({ service }: Instance): Promise<void> {
    this.#stopping.add(service);
    await service.stop();
  }

  async #startInstance(): Promise<Instance> {
    const port = await freePort();
    const service = await startQueryService({
      program: repositoryFile('packages/query-service/dist/main.mjs'),
      port,
      awsUrl: this.#upstream.url,
      internalApiUrl: `${this.#upstream.url}${this.#apiPath}`,
      allowedHosts: [],
      preload: new URL('held-memory.ts', import.meta.url).href,
      logLevel: 'ERROR',
      log: (_, line) => {
        if (/unhandled|uncaught/i.test(line)) this.crashes.push(line);
      },
    });
    service.exited.then(() => {
      if (!this.#stopping.has(service)) this.crashes.push(`an instance ended by itself`);
    });
    return {
      service,
      open: new Set(),
      client: createNotifyClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 20_000 }),
    };
  }
}
