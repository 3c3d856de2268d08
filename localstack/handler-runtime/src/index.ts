/** What an execution environment says to its host. */
export type RuntimeMessage =
  | { readonly type: 'ready' }
  /** `payload` is JSON: the handler's answer, or an error as Lambda reports it. */
  | { readonly type: 'init-error' | 'result' | 'error'; readonly payload: string }
  | { readonly type: 'log'; readonly text: string };

/** What a host says to an execution environment. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON text, so that a function can never share an object with its caller. */
  readonly event: string;
  /** When the function is killed, in ms since 1970. */
  readonly deadline: number;
  readonly functionArn: string;
  /** Given to what the function calls as X-Ray's header; none without it. */
  readonly traceId?: string;
}

export type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown;

export interface HandlerRuntimeOptions {
  /** Gives the handler; called once. */
  readonly load: () => Promise<Handler>;
  readonly send: (message: RuntimeMessage) => void;
}

/**
 * Loads the handler and says that it is ready, or why it is not. Gives what answers an invocation, which never rejects; undefined when
 * there is no handler. Names and sizes of the function are read from the environment, as on AWS. What it prints goes where
 * {@link sendOutput} has led it.
 */
export const startHandler = async ({
  load,
  send,
}: HandlerRuntimeOptions): Promise<((invocation: Invocation) => Promise<void>) | undefined> => {
  try {
    const handler = await load();
    send({ type: 'ready' });
    return (invocation) => answer(handler, invocation, send);
  } catch (error) {
    send({ type: 'init-error', payload: describeError(error) });
    return undefined;
  }
};

/** From then on output goes the way of the answers, so that every line of an invocation arrives before its result. */
export const sendOutput = (send: HandlerRuntimeOptions['send']): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      send({ type: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
      const callback = rest.find((argument) => typeof argument === 'function');
      callback?.();
      return true;
    };
  }
};

const answer = async (
  handler: Handler,
  { requestId, event, deadline, functionArn, traceId }: Invocation,
  send: HandlerRuntimeOptions['send'],
): Promise<void> => {
  const { env } = process;
  if (traceId) env['_X_AMZN_TRACE_ID'] = traceId;
  try {
    const result = await handler(JSON.parse(event), {
      awsRequestId: requestId,
      functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
      invokedFunctionArn: functionArn,
      memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    send({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const payload = describeError(error);
    process.stderr.write(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${payload}\n`);
    send({ type: 'error', payload });
  }
};

/** A thrown value in the shape in which Lambda reports it. */
const describeError = (thrown: unknown): string => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return JSON.stringify({
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  });
};
