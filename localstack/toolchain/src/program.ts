import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Output {
  readonly code: number;
  /** What it printed, both streams as they came. */
  readonly text: string;
  /** What it printed to its standard output alone. */
  readonly stdout: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  readonly cwd?: string;
  /** Beside this process's own; undefined takes one away. */
  readonly env?: Environment;
  readonly timeoutS?: number;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end. Only what it could not start rejects; a failure is its code. */
export const run = async (
  command: string,
  args: readonly string[],
  { cwd, env, timeoutS = 300 }: RunOptions = {},
): Promise<Output> => {
  const child = spawn(command, args, {
    ...(cwd ? { cwd } : {}),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    text += `\nended after ${timeoutS} s\n`;
    child.kill('SIGTERM');
  }, timeoutS * 1000);
  try {
    const [code] = await once(child, 'close');
    // Who is asked to end may say that all is well.
    return { code: isLate ? 1 : (code ?? 1), text, stdout };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
};

/**
 * Runs a program that has to succeed and gives what it printed to its standard output.
 * @throws ProgramFailed
 */
export const output = async (
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> => {
  const { code, text, stdout } = await run(command, args, options);
  if (code !== 0) throw new ProgramFailed(`${command} ${args[0] ?? ''} ended with ${code}`, text);
  return stdout;
};

/** Ends every program that is still running. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGTERM');
};

/** A program that had to succeed did not; `details` is what it printed. */
export class ProgramFailed extends Error {
  readonly details: string;

  constructor(message: string, details: string) {
    super(message);
    this.details = details;
  }
}
