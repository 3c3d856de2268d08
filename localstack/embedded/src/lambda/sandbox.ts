import { Worker } from 'node:worker_threads';
import type { Invocation } from '@notify/handler-runtime';
import type { Log } from '../log.ts';
import type { ThreadMessage } from './runtime.ts';

/** What an invocation ends in. */
export interface InvocationResult {
  /** The answer as JSON text; of a failed invocation `{errorType, errorMessage, trace?}`. */
  readonly payload: string;
  /** There when the invocation failed, as the header X-Amz-Function-Error says it. */
  readonly functionError?: 'Unhandled';
  /** The last 4 kB that the invocation printed. */
  readonly logTail: string;
}

/** Lambda takes and gives at most 6 MB in a synchronous invocation. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 4096;

export interface SandboxOptions {
  readonly functionName: string;
  readonly functionArn: string;
  /** The built module, with the export `handler`. */
  readonly bundleUrl: string;
  readonly memoryMb: number;
  /** The whole environment of the thread. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
}

const failure = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage });

type Settle = (result: Pick<InvocationResult, 'payload' | 'functionError'>) => void;

/**
 * Execution environments of a function in one thread with its own environment variables: as many as it has invocations at once.
 * When one of them hangs or ends the thread, it takes no more, and the others end with it at the latest when they are done.
 */
export class Sandbox {
  readonly #worker: Worker;
  readonly #options: SandboxOptions;
  readonly #running = new Map<string, Settle>();
  /** What each invocation has printed, as far as it is asked for. */
  readonly #tails = new Map<string, string>();
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Resolves when it can be invoked, or with why it cannot, as Lambda reports it. */
  readonly #started: Promise<string | undefined>;
  isStarted = false;
  /** Takes invocations. */
  isOpen = true;
  /** Invocations that it has now. */
  load = 0;
  /** The most that it has had at once, which is how many environments it holds. */
  environments = 1;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('runtime.ts', import.meta.url), {
      workerData: options.bundleUrl,
      env: options.env,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
    });
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.isOpen = false;
        this.#failAll('Runtime.ExitError', `Error: Runtime exited with exit status ${code}`);
        resolve();
      });
    });
    this.#started = new Promise((resolve) => {
      this.ended.then(() => resolve(failure('Runtime.ExitError', 'Error: Runtime exited during its start.')));
      this.#worker.on('message', ({ requestId, message }: ThreadMessage) => {
        if (message.type === 'log') this.#print(requestId, message.text);
        else if (requestId === undefined) resolve(message.type === 'ready' ? undefined : message.payload);
        else if (message.type === 'result') this.#succeed(requestId, message.payload);
        else if (message.type !== 'ready')
          this.#running.get(requestId)?.({ payload: message.payload, functionError: 'Unhandled' });
      });
    });
    this.#started.then(() => {
      this.isStarted = true;
    });
    this.#worker.on('error', (error) => {
      options.log(options.functionName, `crashed: ${error.stack ?? error}`);
      this.isOpen = false;
      this.#failAll(error.name, error.message);
    });
  }

  /** Runs one invocation; when it takes longer than `timeoutS` it is given up, and the thread ends. */
  async invoke(requestId: string, event: string, timeoutS: number): Promise<InvocationResult> {
    this.load++;
    this.environments = Math.max(this.environments, this.load);
    try {
      const startError = await this.#started;
      if (startError === undefined) return await this.#run(requestId, event, timeoutS);
      this.retire();
      return { payload: startError, functionError: 'Unhandled', logTail: this.#tails.get('') ?? '' };
    } finally {
      this.load--;
      if (!this.isOpen) this.retire();
    }
  }

  /** Takes no more; ends the thread when it is done with what it has. */
  retire(): void {
    this.isOpen = false;
    if (this.load === 0) void this.terminate();
  }

  async terminate(): Promise<void> {
    this.isOpen = false;
    await this.#worker.terminate();
  }

  async #run(requestId: string, event: string, timeoutS: number): Promise<InvocationResult> {
    const answered = new Promise<Parameters<Settle>[0]>((resolve) => {
      this.#running.set(requestId, resolve);
    });
    this.#tails.set(requestId, '');
    const timer = setTimeout(() => {
      this.isOpen = false;
      this.#fail(requestId, 'Sandbox.Timedout', `Error: Task timed out after ${timeoutS.toFixed(2)} seconds`);
    }, timeoutS * 1000);
    const message: Invocation = {
      requestId,
      event,
      deadline: Date.now() + timeoutS * 1000,
      functionArn: this.#options.functionArn,
    };
    this.#worker.postMessage(message);
    if (this.#worker.threadId < 0) this.#fail(requestId, 'Runtime.ExitError', 'Error: Runtime exited');
    const result = await answered;
    clearTimeout(timer);
    const logTail = this.#tails.get(requestId) ?? '';
    this.#running.delete(requestId);
    this.#tails.delete(requestId);
    return { ...result, logTail };
  }

  #succeed(requestId: string, payload: string): void {
    if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) this.#running.get(requestId)?.({ payload });
    else
      this.#running.get(requestId)?.({
        payload: failure(
          'Function.ResponseSizeTooLarge',
          `Response payload size exceeded ${MAX_PAYLOAD_BYTES} bytes.`,
        ),
        functionError: 'Unhandled',
      });
  }

  #fail(requestId: string, errorType: string, reason: string): void {
    const payload = failure(errorType, `RequestId: ${requestId} ${reason}`);
    this.#running.get(requestId)?.({ payload, functionError: 'Unhandled' });
  }

  #failAll(errorType: string, reason: string): void {
    for (const requestId of this.#running.keys()) this.#fail(requestId, errorType, reason);
  }

  #print(requestId: string | undefined, text: string): void {
    const id = requestId ?? '';
    if (!requestId || this.#tails.has(id))
      this.#tails.set(id, ((this.#tails.get(id) ?? '') + text).slice(-LOG_TAIL_CHARACTERS));
    const { functionName, log } = this.#options;
    for (const line of text.trimEnd().split('\n')) log(functionName, line);
  }
}
