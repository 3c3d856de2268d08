import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { imageError } from './errors.ts';

/** Memory of a task and the time that it gets to stop, as terraform/modules/query-service has them. */
const MEMORY_MB = 512;
const STOP_TIMEOUT_S = 30;
const HEALTHY_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** What the kernel says of the service, the first process of its container. */
interface Confinement {
  readonly uid: number;
  /** All sets of capabilities together. */
  readonly capabilities: number;
  readonly noNewPrivileges: boolean;
  readonly rootIsReadOnly: boolean;
}

/** Runs in the container. */
const CONFINEMENT = `
const { readFileSync } = require('node:fs');
const status = readFileSync('/proc/1/status', 'utf8');
const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
const root = readFileSync('/proc/1/mounts', 'utf8').split('\\n').map((line) => line.split(' ')).findLast(([, at]) => at === '/');
console.log(JSON.stringify({
  uid: Number(field('Uid')),
  capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].reduce((all, name) => all + parseInt(field(name), 16), 0),
  noNewPrivileges: field('NoNewPrivs') === '1',
  rootIsReadOnly: root[3].split(',').includes('ro'),
}));`;

/** The query service in a container as its task on ECS confines it, or more, in the network of this machine. */
export class ServiceContainer {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<number>;
  #log = '';

  private constructor(engine: Engine, name: string, child: ChildProcess) {
    this.#engine = engine;
    this.#name = name;
    this.#process = child;
    this.#exited = once(child, 'close').then(([code]) => code ?? 1);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-8_000);
      });
    }
  }

  /**
   * Starts it and waits until the image's own health check passes.
   * @param env what the service is told
   * @throws LocalError `SERVICE.UNHEALTHY`, behind its log
   */
  static async start(
    engine: Engine,
    image: string,
    env: Readonly<Record<string, string>>,
  ): Promise<ServiceContainer> {
    const name = `notify-image-${process.pid}`;
    const confined = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
    const limits = ['--memory', `${MEMORY_MB}m`, '--memory-swap', `${MEMORY_MB}m`];
    const variables = Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]);
    const child = spawn(
      engine.client,
      ['run', '--rm', '--name', name, '--network', 'host', ...confined, ...limits, ...variables, image],
      { env: { ...process.env, ...engine.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const container = new ServiceContainer(engine, name, child);
    await container.#healthy();
    return container;
  }

  async #healthy(): Promise<void> {
    const endsAt = Date.now() + HEALTHY_TIMEOUT_MS;
    let health = 'not there';
    while (Date.now() < endsAt && this.#process.exitCode === null && health !== 'unhealthy') {
      health = await this.#engine
        .docker('inspect', '--format', '{{.State.Health.Status}}', this.#name)
        .catch(() => 'not there');
      if (health === 'healthy') return;
      await delay(POLL_MS);
    }
    await this.remove();
    process.stderr.write(this.#log);
    throw imageError(
      'SERVICE.UNHEALTHY',
      `The container ended or did not become healthy, but was ${health}.`,
    );
  }

  /** What it may do, as the kernel has it. */
  async confinement(): Promise<Confinement> {
    return JSON.parse(await this.#engine.docker('exec', this.#name, 'node', '-e', CONFINEMENT));
  }

  /** Megabytes that it holds now, without the page cache. */
  async memoryMb(): Promise<number> {
    const used = await this.#engine.docker('stats', '--no-stream', '--format', '{{.MemUsage}}', this.#name);
    const [, value, unit] = /^([\d.]+)(\w+)/.exec(used) ?? [];
    return Number(value) * ({ KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 }[unit ?? ''] ?? Number.NaN);
  }

  /** Sends the image's stop signal, as ECS does, and gives the exit code of the service; who takes too long is killed and has 137. */
  async stop(): Promise<number> {
    await this.#engine.docker('stop', '--time', String(STOP_TIMEOUT_S), this.#name);
    return this.#exited;
  }

  /** Ends it, whatever it does. */
  async remove(): Promise<void> {
    await this.#engine.succeeds('rm', '--force', this.#name);
    await this.#exited;
  }
}
