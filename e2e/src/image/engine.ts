import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, output, run } from '@notify/toolchain';
import { imageError } from './errors.ts';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const BUILD_TIMEOUT_S = 900;
const PACKAGES = ['docker.io', 'debootstrap'];
const BRIDGE = '/sys/class/net/docker0';
const DAEMON = '/usr/sbin/dockerd';

/** A Docker engine: the one that runs on this machine, which is only asked, or one that was started here and ends with this program. */
export class Engine {
  /** Whether it was started here. It has no network of its own then, only that of the machine. */
  readonly isOwn: boolean;
  readonly client: string;
  readonly env: Environment;
  readonly #end: () => Promise<void>;

  private constructor(own?: { readonly socket: string; readonly end: () => Promise<void> }) {
    this.isOwn = own !== undefined;
    // Debian's client builds by BuildKit without a plugin; another one on PATH may lack it.
    this.client = own ? '/usr/bin/docker' : 'docker';
    this.env = { DOCKER_BUILDKIT: '1', ...(own ? { DOCKER_HOST: `unix://${own.socket}` } : {}) };
    this.#end = own?.end ?? (async () => {});
  }

  /**
   * The engine that runs; where none does, and for root on Debian, one that is installed if need be and started by hand.
   * @param folder where an engine of one's own keeps its images, its build cache and its log
   * @throws LocalError `ENGINE.MISSING`, `ENGINE.SILENT`, `ENGINE.START_FAILED`
   */
  static async open(folder: string, say: (line: string) => void): Promise<Engine> {
    const running = new Engine();
    if (await running.answers()) return running;
    if (process.getuid?.() !== 0)
      throw imageError('ENGINE.MISSING', 'No Docker engine answers, and only root can start one.');
    // An engine without a bridge takes away the bridge of another one.
    if (existsSync(BRIDGE))
      throw imageError('ENGINE.SILENT', 'There is the bridge of an engine, docker0, but no engine answers.');
    await install(say);
    return Engine.#start(folder, say);
  }

  static async #start(folder: string, say: (line: string) => void): Promise<Engine> {
    say('Starting an engine …');
    await mkdir(folder, { recursive: true });
    // The path of a socket has to be short.
    const sockets = await mkdtemp(join(tmpdir(), 'notify-docker-'));
    const socket = join(sockets, 'docker.sock');
    const logFile = join(folder, 'dockerd.log');
    const log = await open(logFile, 'w');
    const daemon = spawn(
      'setpriv',
      [
        // However this program ends, its engine ends, too, and what it has mounted goes with it.
        ...['--pdeathsig', 'TERM', 'unshare', '--mount', DAEMON],
        ...['--data-root', join(folder, 'docker'), '--exec-root', join(sockets, 'exec')],
        ...['--pidfile', join(sockets, 'pid'), '--host', `unix://${socket}`],
        ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false'],
      ],
      // Out of the foreground group: on Ctrl-C it ends when this program has.
      { stdio: ['ignore', log.fd, log.fd], detached: true },
    );
    const end = async () => {
      await ended(daemon);
      await log.close();
      await rm(sockets, { recursive: true, force: true });
    };
    const engine = new Engine({ socket, end });
    const endsAt = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < endsAt && daemon.exitCode === null) {
      if (await engine.answers()) return engine;
      await delay(POLL_MS);
    }
    await end();
    throw imageError('ENGINE.START_FAILED', `dockerd did not come up, see ${logFile}.`);
  }

  /**
   * Runs a command of Docker that has to succeed and gives what it printed, without its last line break.
   * @throws ProgramFailed
   */
  async docker(...args: readonly string[]): Promise<string> {
    return (await output(this.client, args, { env: this.env, timeoutS: BUILD_TIMEOUT_S })).trimEnd();
  }

  /** Whether a command of Docker succeeds. */
  async succeeds(...args: readonly string[]): Promise<boolean> {
    try {
      return (await run(this.client, args, { env: this.env })).code === 0;
    } catch {
      // There is no such program.
      return false;
    }
  }

  answers(): Promise<boolean> {
    return this.succeeds('version');
  }

  /** Ends an engine that was started here; the machine's own is left alone. */
  close(): Promise<void> {
    return this.#end();
  }
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
};

/** Debian's packages of the engine and of what makes base images, if they are not there. */
const install = async (say: (line: string) => void): Promise<void> => {
  if ([DAEMON, '/usr/bin/docker', '/usr/sbin/debootstrap'].every(existsSync)) return;
  if (!existsSync('/usr/bin/apt-get'))
    throw imageError('ENGINE.MISSING', 'No Docker engine answers, and this is not Debian.');
  say(`Installing ${PACKAGES.join(', ')} …`);
  // In runlevel 1 no package starts a service.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await output('apt-get', ['update', '--quiet'], { env });
  await output('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...PACKAGES], { env });
};
