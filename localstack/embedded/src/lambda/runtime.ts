/**
 * The inside of a function's thread: execution environments, each an instance of the function's modules that serves one invocation at a
 * time. A new one costs a fifth of a new thread's time and a tenth of its memory.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { registerHooks } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type Handler,
  type Invocation,
  type RuntimeMessage,
  sendOutput,
  startHandler,
} from '@notify/handler-runtime';

/** What a thread says to its host: of an invocation, or without its id of itself. */
export interface ThreadMessage {
  readonly requestId: string | undefined;
  readonly message: RuntimeMessage;
}

const PATIENCE_MS = 25;
/** The share of its time from which on a thread is busy rather than waiting. */
const BUSY = 0.8;

const bundleUrl = workerData as string;
const served = new AsyncLocalStorage<string>();
const send = (message: RuntimeMessage): void => {
  const said: ThreadMessage = { requestId: served.getStore(), message };
  parentPort?.postMessage(said);
};

// The modules of an environment are those that its handler imports, too: chunks of the bundle.
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    const environment = /\?environment=\d+$/.exec(context.parentURL ?? '')?.[0];
    return environment && /^file:[^?]+$/.test(resolved.url)
      ? { ...resolved, url: `${resolved.url}${environment}` }
      : resolved;
  },
});

let environments = 0;
const load = async (): Promise<Handler> => {
  const { handler } = (await import(`${bundleUrl}?environment=${++environments}`)) as { handler?: Handler };
  if (typeof handler !== 'function') throw new TypeError(`${bundleUrl} exports no function "handler".`);
  return handler;
};
const startEnvironment = () => startHandler({ load, send });

/** What answers invocations, one at a time. */
type Environment = NonNullable<Awaited<ReturnType<typeof startEnvironment>>>;
const free: Environment[] = [];
const waiting: Invocation[] = [];
/** When an invocation was last done, on the clock of `performance.now()`. */
let doneAt = Number.NEGATIVE_INFINITY;
let isGrowing = false;

const assign = (): void => {
  for (let environment = free.pop(); environment; environment = free.pop()) {
    const invocation = waiting.shift();
    if (invocation) void run(environment, invocation);
    else {
      free.push(environment);
      return;
    }
  }
  if (waiting.length > 0) void grow();
};

const run = async (environment: Environment, invocation: Invocation): Promise<void> => {
  await served.run(invocation.requestId, () => environment(invocation));
  doneAt = performance.now();
  free.push(environment);
  assign();
};

/**
 * One more environment, when none of those that there are has come to an end for a while although the thread had time: while it has
 * none, what they need is the processor, and each that is new is a cold one.
 */
const grow = async (): Promise<void> => {
  if (isGrowing) return;
  isGrowing = true;
  const before = performance.eventLoopUtilization();
  await delay(Math.max(PATIENCE_MS / 2, doneAt + PATIENCE_MS - performance.now()));
  const { utilization } = performance.eventLoopUtilization(before);
  const [invocation] = waiting;
  if (invocation && utilization < BUSY && performance.now() - doneAt >= PATIENCE_MS) {
    waiting.shift();
    const environment = await served.run(invocation.requestId, startEnvironment);
    if (environment) void run(environment, invocation);
  }
  isGrowing = false;
  assign();
};

sendOutput(send);
const first = await startEnvironment();
if (first) {
  free.push(first);
  parentPort?.on('message', (invocation: Invocation) => {
    waiting.push(invocation);
    assign();
  });
}
