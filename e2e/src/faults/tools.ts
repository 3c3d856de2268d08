import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { fastClock } from './fast-clock.ts';

export interface ToolRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ToolRunEnded {
  readonly exitCode: number;
  /** What it printed, both streams as they came. */
  readonly said: string;
  /** What it threw, if it did. */
  readonly crash?: string | undefined;
}

/** How much faster time goes for the command line, whose patience is an operator's. */
const SPEED = 5;

/** Threads that hold the command line ready; each runs it once at a time. */
export class Tools {
  readonly #program: string;
  readonly #idle: Worker[] = [];

  private constructor(program: string) {
    this.#program = program;
  }

  /** @param folder as deep in the repository as the sources that look for Terraform's files are */
  static build(folder: string): Tools {
    const outfile = join(folder, 'tool-thread.mjs');
    buildSync({
      entryPoints: [join(import.meta.dirname, 'tool-thread.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      minify: true,
      banner: {
        js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);${fastClock(SPEED)}`,
      },
      logLevel: 'error',
    });
    return new Tools(outfile);
  }

  /**
   * Starts threads until so many are ready, and runs something on each; one after the other, for together they would take the time from
   * each other that a program's limits leave it, of which there is little where time goes fast.
   */
  async hold(count: number, run: ToolRun): Promise<void> {
    for (let held = this.#idle.length; held < count; held++) {
      const worker = await this.#start();
      this.#idle.push(worker);
      await this.run(run);
    }
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#program, { env: {}, execArgv: [] });
    await once(worker, 'message');
    return worker;
  }

  /** Runs the command line once. Rejects when it has ended its thread. */
  async run(run: ToolRun): Promise<ToolRunEnded> {
    const worker = this.#idle.pop() ?? (await this.#start());
    const ended = new AbortController();
    const { signal } = ended;
    const died = once(worker, 'exit', { signal }).then(([code]) => {
      throw new Error(`The thread of the command line has ended with ${code}.`);
    });
    try {
      worker.postMessage(run);
      const [result] = await Promise.race([once(worker, 'message', { signal }), died]);
      this.#idle.push(worker);
      return result as ToolRunEnded;
    } finally {
      died.catch(() => {});
      ended.abort();
    }
  }
}
