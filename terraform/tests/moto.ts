import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@notify/toolchain';
import { StepFailed } from './step.ts';

const START_TIMEOUT_MS = 60_000;

/** moto's server on a free port of this machine. */
export class Moto {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(python: string, log: string): Promise<Moto> {
    const port = await freePort();
    const server = join(import.meta.dirname, 'moto/server.py');
    const child = spawn(python, [server, '-H', '127.0.0.1', '-p', String(port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(log);
    for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
    const moto = new Moto(`http://127.0.0.1:${port}`, child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      if (
        await fetch(`${moto.url}/moto-api/data.json`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return moto;
      await delay(100);
    }
    await moto.stop();
    throw new StepFailed('moto did not start', `See ${log}.`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}
