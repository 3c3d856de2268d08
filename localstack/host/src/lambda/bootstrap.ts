/**
 * The inside of a function's process: loads the handler once, then answers one invocation after the other.
 * Started by the Python executor (executor/notify_executor/node_process.py), which it speaks to in lines of JSON: invocations come on
 * the standard input, answers go to the pipe whose number is the first argument. It ends when that input does.
 * Handlers are asynchronous functions; the callback style, which Lambda has given up, is not served.
 */
import { existsSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

interface Invocation {
  readonly requestId: string;
  /** The event as JSON text. */
  readonly event: string;
  readonly functionArn: string;
  readonly traceId: string;
  readonly timeoutMs: number;
}

type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'init-error' | 'result' | 'error'; readonly payload: string }
  | { readonly type: 'log'; readonly text: string };

type Handler = (event: unknown, context: Record<string, unknown>) => unknown;

const pipe = Number(process.argv[2]);
const environment = process.env;

const send = (message: Message): void => {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < line.length; ) written += writeSync(pipe, line, written);
};

// Output goes the way of the answers, so that every line of an invocation arrives before its result.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    send({ type: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const callback = rest.find((argument) => typeof argument === 'function');
    callback?.();
    return true;
  };
}

/** A thrown value in the shape in which Lambda reports it. */
const describeError = (thrown: unknown): string => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return JSON.stringify({
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  });
};

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** `folder/module.export` below the function's code. */
const loadHandler = async (): Promise<Handler> => {
  const root = environment['LAMBDA_TASK_ROOT'] ?? '.';
  const name = environment['_HANDLER'] ?? '';
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

const answer = async (handler: Handler, invocation: Invocation): Promise<void> => {
  const deadline = Date.now() + invocation.timeoutMs;
  environment['_X_AMZN_TRACE_ID'] = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), {
      awsRequestId: invocation.requestId,
      functionName: environment['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'],
      invokedFunctionArn: invocation.functionArn,
      memoryLimitInMB: environment['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: environment['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: environment['AWS_LAMBDA_LOG_STREAM_NAME'],
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    send({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const payload = describeError(error);
    process.stderr.write(
      `${new Date().toISOString()}\t${invocation.requestId}\tERROR\tInvoke Error\t${payload}\n`,
    );
    send({ type: 'error', payload });
  }
};

try {
  const handler = await loadHandler();
  send({ type: 'ready' });
  createInterface({ input: process.stdin })
    .on('line', (line) => answer(handler, JSON.parse(line) as Invocation))
    .on('close', () => process.exit());
} catch (error) {
  send({ type: 'init-error', payload: describeError(error) });
  process.exitCode = 1;
}
