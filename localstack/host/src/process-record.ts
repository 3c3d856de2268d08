import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@notify/toolchain';
import { z } from 'zod';

/** A process that another program has to find again. A pid alone does not tell it apart: pids are used again. */
const ProcessRecord = z.object({ pid: z.int().positive(), started: z.string() });
type ProcessRecord = z.infer<typeof ProcessRecord>;

export interface BackgroundProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd?: string;
  /** Appended to; or the terminal of this program. */
  readonly log: string | 'inherit';
  /** Where to note which process it is. */
  readonly record: string;
}

export interface StartedProcess {
  readonly pid: number;
  /** Resolves with the exit code, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Lets this program end while the process goes on. */
  letGo(): void;
}

const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 25;

/** Starts a process as the head of a process group of its own, which outlives this program, and records it before anything else. */
export const startRecorded = ({
  command,
  args,
  env,
  cwd,
  log,
  record,
}: BackgroundProcess): StartedProcess => {
  mkdirSync(dirname(record), { recursive: true });
  const output = log === 'inherit' ? log : openSync(log, 'a');
  const child = spawn(command, args, {
    env,
    ...(cwd ? { cwd } : {}),
    detached: true,
    stdio: [log === 'inherit' ? 'inherit' : 'ignore', output, output],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (typeof output === 'number') closeSync(output);
  const pid = child.pid ?? 0;
  if (pid) writeFileSync(record, JSON.stringify({ pid, started: startOf(pid) ?? '' }));
  return { pid, exited, letGo: () => child.unref() };
};

/** Whether the recorded process is still there. */
export const isRunning = (record: string): boolean => {
  const recorded = read(record);
  return recorded !== undefined && startOf(recorded.pid) === recorded.started;
};

/**
 * Ends the recorded process and all that it started in its group, also when it is gone itself (killed, crashed), and removes the
 * record. A process that got the same pid later is left alone. Gives whether there was anything to end.
 */
export const stopRecorded = async (record: string, timeoutMs = STOP_TIMEOUT_MS): Promise<boolean> => {
  const recorded = read(record);
  if (!recorded) {
    rmSync(record, { force: true });
    return false;
  }
  const { pid, started } = recorded;
  let found = false;
  if (startOf(pid) === started) {
    found = true;
    signalGroup(pid, 'SIGTERM');
    const deadline = Date.now() + timeoutMs;
    while (startOf(pid) === started && Date.now() < deadline) await delay(POLL_MS);
  }
  const head = startOf(pid);
  if (head === undefined || head === started) {
    found = signalGroup(pid, 'SIGKILL') || found;
    while (startOf(pid) === started) await delay(POLL_MS);
  }
  rmSync(record, { force: true });
  return found;
};

const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

const read = (record: string): ProcessRecord | undefined => {
  try {
    return ProcessRecord.parse(JSON.parse(readFileSync(record, 'utf8')));
  } catch {
    // Not there, or half written by a program that was killed while it wrote.
    return undefined;
  }
};

/** When a living process was started, as text that is the same at each call; undefined when there is none, or only its remains. */
const startOf = (pid: number): string | undefined => {
  try {
    if (process.platform !== 'linux') {
      const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
      }).trim();
      return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '');
    }
    // proc(5): the command in parentheses may hold anything; the state is the first field behind it, the start time the twentieth.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};
