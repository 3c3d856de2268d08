/**
 * The inside of a function's process: started by the Python executor (executor/notify_executor/node_process.py), which it speaks to in
 * lines of JSON. Invocations come on the standard input, answers go to the pipe whose number is the first argument. It ends when that
 * input does.
 */
import { existsSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type Handler, type RuntimeMessage, sendOutput, startHandler } from '@notify/handler-runtime';

const pipe = Number(process.argv[2]);

const send = (message: RuntimeMessage): void => {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < line.length; ) written += writeSync(pipe, line, written);
};

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** `folder/module.export` below the function's code. */
const load = async (): Promise<Handler> => {
  const root = process.env['LAMBDA_TASK_ROOT'] ?? '.';
  const name = process.env['_HANDLER'] ?? '';
  const [, path, member] = /^(.+)\.([^./]+)$/.exec(name) ?? [];
  if (!path || !member) throw named('Runtime.MalformedHandlerName', `Bad handler ${name}`);
  const file = ['.js', '.mjs', '.cjs']
    .map((extension) => resolve(root, `${path}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  const module = await import(pathToFileURL(file).href);
  const handler = module[member] ?? module.default?.[member];
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  return handler;
};

sendOutput(send);
const answer = await startHandler({ load, send });
if (answer)
  createInterface({ input: process.stdin })
    .on('line', (line) => answer(JSON.parse(line)))
    .on('close', () => process.exit());
else process.exitCode = 1;
