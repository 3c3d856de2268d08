import { Worker } from 'node:worker_threads';
import type { Invocation, RuntimeMessage } from '@notify/handler-runtime';
import type { Log } from '../log.ts';

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

/** One execution environment of a function: a thread with its own environment variables that serves one invocation at a time. */
export class Sandbox {
  readonly #worker: Worker;
  readonly #ready: Promise<string | undefined>;
  readonly #options: SandboxOptions;
  #settle: ((result: Omit<InvocationResult, 'logTail'>) => void) | undefined;
  #requestId = '';
  #tail = '';
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;
  alive = true;

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
        this.alive = false;
        this.#fail(
          'Runtime.ExitError',
          `RequestId: ${this.#requestId} Error: Runtime exited with exit status ${code}`,
        );
        resolve();
      });
    });
    this.#ready = new Promise((resolve) => {
      this.ended.then(() => resolve(failure('Runtime.ExitError', 'Error: Runtime exited during its start.')));
      this.#worker.on('message', (message: RuntimeMessage) => {
        if (message.type === 'ready') resolve(undefined);
        else if (message.type === 'init-error') resolve(message.payload);
        else if (message.type === 'log') this.#print(message.text);
        else if (message.type === 'result') this.#succeed(message.payload);
        else this.#settle?.({ payload: message.payload, functionError: 'Unhandled' });
      });
    });
    this.#worker.on('error', (error) => {
      options.log(options.functionName, `crashed: ${error.stack ?? error}`);
      this.#fail(error.name, error.message);
    });
  }

  /** Runs one invocation; kills the thread when it takes longer than `timeoutS`. The caller sees to it that there is only one at a time. */
  async invoke(requestId: string, event: string, timeoutS: number): Promise<InvocationResult> {
    const startError = await this.#ready;
    if (startError) {
      await this.terminate();
      return { payload: startError, functionError: 'Unhandled', logTail: this.#tail };
    }
    this.#tail = '';
    this.#requestId = requestId;
    const answered = new Promise<Omit<InvocationResult, 'logTail'>>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(() => {
      this.#fail(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${timeoutS.toFixed(2)} seconds`,
      );
      void this.terminate();
    }, timeoutS * 1000);
    const message: Invocation = {
      requestId,
      event,
      deadline: Date.now() + timeoutS * 1000,
      functionArn: this.#options.functionArn,
    };
    this.#worker.postMessage(message);
    if (!this.alive) this.#fail('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited`);
    const result = await answered;
    clearTimeout(timer);
    this.#settle = undefined;
    return { ...result, logTail: this.#tail };
  }

  async terminate(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #succeed(payload: string): void {
    if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) this.#settle?.({ payload });
    else
      this.#fail(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded ${MAX_PAYLOAD_BYTES} bytes.`,
      );
  }

  #fail(errorType: string, errorMessage: string): void {
    this.#settle?.({ payload: failure(errorType, errorMessage), functionError: 'Unhandled' });
  }

  #print(text: string): void {
    this.#tail = (this.#tail + text).slice(-LOG_TAIL_CHARACTERS);
    const { functionName, log } = this.#options;
    for (const line of text.trimEnd().split('\n')) log(functionName, line);
  }
}
