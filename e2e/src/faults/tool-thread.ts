import { parentPort } from 'node:worker_threads';
import { createProgram } from '@notify/scripts';
import type { ToolRun, ToolRunEnded } from './tools.ts';

/** Says that it is there, with a message of no meaning; then runs the command line, as often as it is told to, each time with another environment. */
parentPort?.on('message', async ({ args, env }: ToolRun) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.exitCode = undefined;
  let said = '';
  process.stdout.write = process.stderr.write = (chunk: string | Uint8Array) => {
    said += chunk;
    return true;
  };
  const crash = await createProgram()
    .parseAsync([...args], { from: 'user' })
    .then(
      () => undefined,
      (error: Error) => error.message,
    );
  parentPort?.postMessage({ exitCode: Number(process.exitCode ?? 0), said, crash } satisfies ToolRunEnded);
});
parentPort?.postMessage(undefined);
