import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClockStep } from './chaos/clock.ts';

/** The pieces of a stack that can be killed: all of it at once, its own process alone, or one of its children. */
export const VICTIMS = ['everything', 'stack', 'dynamodb', 'query-service'] as const;
type Victim = (typeof VICTIMS)[number];

export interface StackProcess {
  readonly url: string;
  /** SIGKILL; resolves when all of the stack is gone. */
  kill(victim: Victim): Promise<void>;
  /** Resolves when it answers; rejects when it ends instead. */
  readonly up: Promise<void>;
  /** SIGSTOP for DynamoDB Local, as a disk that hangs; resolves when it goes on. */
  suspendDynamoDB(ms: number): Promise<void>;
  /** Sets its clock so far off the real one, with `--import` of chaos/clock.ts. */
  stepClock(offsetMs: number): void;
}

export interface StackPlace {
  /** In memory without it. */
  readonly dataDir?: string;
  readonly awsPort: number;
  readonly servicePort: number;
}

const EMBEDDED = new URL('../../localstack/embedded/src/', import.meta.url);
const MAIN = fileURLToPath(new URL('main.ts', EMBEDDED));
const CLOCK = new URL('chaos/clock.ts', import.meta.url).href;
const END_WITH_PARENT = new URL('end-with-parent.ts', EMBEDDED).href;
const POLL_MS = 25;
const START_TIMEOUT_MS = 60_000;

/** Starts an embedded stack as a person would, in a process of its own, which ends with this one. */
export const startStackProcess = ({ dataDir, awsPort, servicePort }: StackPlace): StackProcess => {
  const child = spawn(
    process.execPath,
    [
      ...['--import', END_WITH_PARENT, '--import', CLOCK, MAIN],
      ...['--port', String(awsPort), '--service-port', String(servicePort), '--no-sample', '--no-build'],
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  const exited = once(child, 'exit').then(() => {});
  const url = `http://127.0.0.1:${awsPort}`;
  const up = answering(url, child, () => output);
  up.catch(() => {});
  return {
    url,
    up,
    kill: (victim) => kill(child, exited, victim),
    suspendDynamoDB: (ms) => suspendDynamoDB(child, ms),
    stepClock: (clock_offset_ms) => {
      if (child.connected) child.send({ clock_offset_ms } satisfies ClockStep, () => {});
    },
  };
};

const answering = async (url: string, child: ChildProcess, output: () => string): Promise<void> => {
  const endsAt = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < endsAt) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await delay(POLL_MS);
  }
  throw new Error(`The stack did not come up: ${output()}`);
};

const suspendDynamoDB = async (child: ChildProcess, ms: number): Promise<void> => {
  const java = (await descendants(child.pid ?? 0)).find(isDynamoDB);
  if (!java) return;
  signal(java.pid, 'SIGSTOP');
  await delay(ms);
  signal(java.pid, 'SIGCONT');
};

const isDynamoDB = ({ command }: Process): boolean =>
  /DynamoDBLocal\.jar/.test(command) && !/keeper/.test(command);

const kill = async (child: ChildProcess, exited: Promise<void>, victim: Victim): Promise<void> => {
  const root = child.pid ?? 0;
  const family = await descendants(root);
  const one = {
    everything: undefined,
    stack: root,
    dynamodb: family.find(isDynamoDB)?.pid,
    'query-service': family.find(({ command }) => /query-service/.test(command))?.pid,
  }[victim];
  const everyone = one === undefined ? await stopped(root) : [root, ...family.map(({ pid }) => pid)];
  for (const pid of one === undefined ? everyone : [one]) signal(pid, 'SIGKILL');
  await exited;
  // Its children end by themselves with it; only then is the data directory free.
  while ((await alive(everyone)).length > 0) await delay(POLL_MS);
};

/** A process and all below it, stopped, so that none of them starts another one that would outlive them. */
const stopped = async (root: number): Promise<number[]> => {
  const pids = [root];
  for (let seen = 0; seen < pids.length; ) {
    for (const pid of pids.slice(seen)) signal(pid, 'SIGSTOP');
    seen = pids.length;
    for (const { pid } of await descendants(root)) if (!pids.includes(pid)) pids.push(pid);
  }
  return pids;
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
};

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const processes = async (): Promise<Process[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 2 ** 24,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid && !state?.startsWith('Z')
      ? [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }]
      : [];
  });
};

const descendants = async (root: number): Promise<Process[]> => {
  const all = await processes();
  const family: Process[] = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const process of all.filter((candidate) => candidate.parent === parent)) {
      family.push(process);
      parents.push(process.pid);
    }
  }
  return family;
};

const alive = async (pids: readonly number[]): Promise<number[]> => {
  const running = new Set((await processes()).map(({ pid }) => pid));
  return pids.filter((pid) => running.has(pid));
};
