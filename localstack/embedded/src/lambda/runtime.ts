/** The inside of a function's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Handler, type Invocation, startHandler } from '@notify/handler-runtime';

const bundleUrl = workerData as string;

const load = async (): Promise<Handler> => {
  const { handler } = (await import(bundleUrl)) as { handler?: Handler };
  if (typeof handler !== 'function') throw new TypeError(`${bundleUrl} exports no function "handler".`);
  return handler;
};

const answer = await startHandler({ load, send: (message) => parentPort?.postMessage(message) });
if (answer) parentPort?.on('message', (invocation: Invocation) => answer(invocation));
