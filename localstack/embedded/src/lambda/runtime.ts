/** The inside of a function's thread: imports the bundle once, then answers one invocation after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { InvocationMessage, SandboxData, SandboxMessage } from './protocol.ts';

type Handler = (event: unknown, context: Record<string, unknown>) => unknown;

const { bundleUrl, functionName, functionArn, memoryMb } = workerData as SandboxData;
const send = (message: SandboxMessage) => parentPort?.postMessage(message);

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

const answer = async (handler: Handler, { requestId, event, deadline }: InvocationMessage): Promise<void> => {
  try {
    const result = await handler(JSON.parse(event), {
      awsRequestId: requestId,
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: 'embedded',
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    send({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    send({ type: 'error', payload: describeError(error) });
  }
};

try {
  const { handler } = (await import(bundleUrl)) as { handler?: Handler };
  if (typeof handler !== 'function') throw new TypeError(`${bundleUrl} exports no function "handler".`);
  parentPort?.on('message', (message: InvocationMessage) => answer(handler, message));
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'init-error', payload: describeError(error) });
}
