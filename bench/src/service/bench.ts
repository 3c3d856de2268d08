import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LOCAL_AWS } from '@notify/dynamodb';
import { QUERY_ROUTES, REPORT_ROUTES } from '@notify/shared-domain';
import { freePort } from '@notify/toolchain';
import type { BenchOptions } from '../bench-options.ts';
import { median } from '../measurement.ts';
import { IDS } from './answers.ts';
import type { LoadOrder, LoadReport } from './load.ts';
import type { Usage } from './usage.ts';

/** How often each measurement is taken unless said otherwise: there are a hundred of them. */
export const ROUNDS = 3;
const CONNECTIONS = [50, 500];
const SIDES = ['service', 'bare'] as const;
/** Notifications on a page. */
const PAGE = 10;
/** For each of a measurement’s turns. */
const TURN_MS = 500;
const WARM_UP_MS = 3_000;

type Side = (typeof SIDES)[number];
interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}
interface Turn extends LoadReport {
  readonly cpuMicroseconds: number;
}

/**
 * What the query service costs beside a bare Fastify that asks the same upstream by the same kind of client and passes on what it says,
 * on every route: requests a second, CPU a request and p99. Both are processes of their own and take turns; ratios are of medians.
 * The service runs as in its container, its log included; the bare one logs nothing.
 */
export const run = async ({ rounds }: BenchOptions): Promise<void> => {
  const bench = await Bench.start();
  try {
    await compare(bench, rounds);
  } finally {
    await bench.stop();
  }
};

const compare = async (bench: Bench, rounds: number): Promise<void> => {
  const routes: Route[] = [...QUERY_ROUTES, ...REPORT_ROUTES];
  const before = await bench.memory();
  for (const side of SIDES)
    for (const route of [QUERY_ROUTES[0], QUERY_ROUTES.find(({ generation }) => generation === 'V4')])
      await bench.turn(side, route as Route, 50, WARM_UP_MS);
  const throughput: number[] = [];
  const cpu: number[] = [];
  for (const connections of CONNECTIONS) {
    console.log(
      `\n${connections} connections${' '.repeat(14)}requests/s            CPU µs/request           p99 ms`,
    );
    console.log(`${' '.repeat(24)} service   bare ratio  service   bare ratio  service   bare`);
    for (const route of routes) {
      const turns: Record<Side, Turn[]> = { service: [], bare: [] };
      for (let round = 0; round < rounds; round++)
        for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed())
          turns[side].push(await bench.turn(side, route, connections, TURN_MS));
      const of = (side: Side, what: 'perSecond' | 'cpuMicroseconds' | 'p99Ms') =>
        median(turns[side].map((turn) => turn[what]));
      throughput.push(of('service', 'perSecond') / of('bare', 'perSecond'));
      cpu.push(of('service', 'cpuMicroseconds') / of('bare', 'cpuMicroseconds'));
      const pair = (what: 'perSecond' | 'cpuMicroseconds' | 'p99Ms') =>
        SIDES.map((side) => of(side, what).toFixed(0).padStart(7)).join('');
      const ratio = (ratios: number[]) => (ratios.at(-1) ?? 0).toFixed(2).padStart(6);
      console.log(
        `${`${route.method} ${route.path}`.padEnd(25)}${pair('perSecond')}${ratio(throughput)}  ${pair('cpuMicroseconds')}${ratio(cpu)}  ${pair('p99Ms')}`,
      );
    }
  }
  const after = await bench.memory();
  console.log();
  for (const side of SIDES)
    console.log(
      `memory_mb_${side}=${[before[side], bench.peaks[side], after[side]].map((mb) => mb.toFixed(0)).join('..')}`,
    );
  console.log(`failures_service=${bench.failures.service} failures_bare=${bench.failures.bare}`);
  console.log(`service_throughput_vs_bare_fastify=${Math.min(...throughput).toFixed(2)}`);
  console.log(`service_cpu_vs_bare_fastify=${Math.max(...cpu).toFixed(2)}`);
};

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PROGRAMS: Readonly<Record<Side, string>> = {
  service: here('../../../packages/query-service/dist/main.mjs'),
  bare: here('bare-service.ts'),
};

/** The service, what stands beside it, what both ask, and the load: four processes. */
class Bench {
  readonly peaks: Record<Side, number> = { service: 0, bare: 0 };
  readonly failures: Record<Side, number> = { service: 0, bare: 0 };
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  readonly #files: FileHandle[] = [];
  readonly #sides = {} as Record<Side, { readonly child: ChildProcess; readonly url: string }>;
  #load!: ChildProcess;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'bench-service-')));
    try {
      await bench.#startAll();
      return bench;
    } catch (error) {
      await bench.stop();
      throw error;
    }
  }

  async #startAll(): Promise<void> {
    const upstream = `http://127.0.0.1:${await this.#serve('upstream', here('upstream.ts'), { PAGE: String(PAGE) })}`;
    const env = {
      INTERNAL_API_URL: `${upstream}/v1`,
      QUERY_RESULT_FUNCTION: 'query-result-lambda',
      AWS_ENDPOINT_URL: upstream,
      AWS_REGION: LOCAL_AWS.region,
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
    };
    for (const side of SIDES) {
      const port = await this.#serve(side, PROGRAMS[side], env);
      this.#sides[side] = { child: this.#children.at(-1) as ChildProcess, url: `http://127.0.0.1:${port}` };
    }
    this.#load = await this.#fork('load', here('load.ts'), {});
  }

  /** Starts a server and gives the port at which it answers. */
  async #serve(name: string, program: string, env: Record<string, string>): Promise<number> {
    const port = await freePort();
    const child = await this.#fork(name, program, { ...env, PORT: String(port) });
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/`)
        .then(({ body }) => body?.cancel())
        .then(
          () => true,
          () => false,
        );
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}.`);
      await delay(20);
    }
    return port;
  }

  /** What it writes goes into a file, as a container's goes somewhere: nobody here has to read it meanwhile. */
  async #fork(name: string, program: string, env: Record<string, string>): Promise<ChildProcess> {
    const log = await open(join(this.#folder, `${name}.log`), 'w');
    this.#files.push(log);
    const child = fork(program, {
      execArgv: ['--enable-source-maps', '--import', here('usage.ts')],
      env,
      stdio: ['ignore', log.fd, 'inherit', 'ipc'],
    });
    this.#children.push(child);
    return child;
  }

  async turn(side: Side, { method, path }: Route, connections: number, ms: number): Promise<Turn> {
    const { child, url } = this.#sides[side];
    const search = method === 'GET' ? `?${new URLSearchParams({ ...IDS, limit: String(PAGE) })}` : '';
    const order: LoadOrder = {
      url: url + path + search,
      method,
      connections,
      ...(method === 'POST' ? { body: JSON.stringify({ ...IDS, limit: PAGE }) } : {}),
    };
    await ask(this.#load, order);
    const before = await ask<Usage>(child, 'usage');
    this.#load.send('begin');
    await delay(ms);
    const after = await ask<Usage>(child, 'usage');
    const report = await ask<LoadReport>(this.#load, 'stop');
    this.failures[side] += report.failures;
    await once(this.#load, 'message');
    this.peaks[side] = Math.max(this.peaks[side], after.residentMegabytes);
    return {
      ...report,
      cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / report.responses,
    };
  }

  async memory(): Promise<Record<Side, number>> {
    const of = async (side: Side) => (await ask<Usage>(this.#sides[side].child, 'usage')).residentMegabytes;
    return { service: await of('service'), bare: await of('bare') };
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const file of this.#files) await file.close();
    await rm(this.#folder, { recursive: true });
  }
}

/** Sends a child a message and waits for what it says next. */
const ask = async <Answer>(child: ChildProcess, message: object | string): Promise<Answer> => {
  const answer = once(child, 'message');
  child.send(message);
  return (await answer)[0] as Answer;
};
