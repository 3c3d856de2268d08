import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { functionArn, type LambdaFunctionSpec } from '../functions.ts';
import type { Log } from '../log.ts';
import type { Concurrency } from './concurrency.ts';
import { type InvocationResult, Sandbox } from './sandbox.ts';

export interface LambdaFunctionOptions {
  readonly name: string;
  readonly spec: LambdaFunctionSpec;
  /** The built module, with the export `handler`. */
  readonly bundle: string;
  readonly env: Record<string, string>;
  readonly log: Log;
  /** Bounds how many invocations run at once; one that is shared bounds all that share it. */
  readonly concurrency: Concurrency;
  /** How long a sandbox stays warm that nobody needs, in ms; the last one of a function stays. */
  readonly idleMs?: number;
}

export interface InvokeOptions {
  readonly requestId?: string;
  /** How long it waits for its turn, in ms; as long as it takes without it. */
  readonly waitMs?: number;
}

/** Too many invocations run; none of this one has begun. Lambda's TooManyRequestsException. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
}

/**
 * Longer than any burst of work here takes, and shorter than the deadline of who asks. Lambda itself throttles at once, and gets more
 * environments within the second in which a laptop cannot.
 */
export const WAIT_MS = 3_000;
const IDLE_MS = 10_000;

const STOPPED: InvocationResult = {
  payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'The stack is stopping.' }),
  functionError: 'Unhandled',
  logTail: '',
};

/** So that a crash or a hanging invocation meets few others, and many environments fit into the function's memory. */
const ENVIRONMENTS_OF_A_THREAD = 32;
/** A thread that holds more than these is not kept warm. */
const WARM_ENVIRONMENTS = 4;

/**
 * One Lambda function: execution environments that start on demand, serve one invocation each at a time, stay warm, and are ended when
 * they are needed no more. Handlers are asynchronous functions; the callback style, which Lambda has given up, is not served.
 */
export class LambdaFunction {
  readonly name: string;
  readonly spec: LambdaFunctionSpec;
  readonly #options: Required<LambdaFunctionOptions>;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #idle = new Map<Sandbox, NodeJS.Timeout>();
  readonly #stopped = new AbortController();

  constructor(options: LambdaFunctionOptions) {
    this.name = options.name;
    this.spec = options.spec;
    this.#options = { idleMs: IDLE_MS, ...options };
  }

  /** How many threads it has. */
  get threads(): number {
    return this.#sandboxes.size;
  }

  /**
   * Invokes with an event given as JSON text. A failure of the function is a result, never a rejection.
   * @throws ThrottledError when its turn does not come in time
   */
  async invoke(
    event: string,
    { requestId = randomUUID(), waitMs }: InvokeOptions = {},
  ): Promise<InvocationResult> {
    const { concurrency } = this.#options;
    const { signal: stopped } = this.#stopped;
    const entered = await concurrency.enter(stopped, waitMs);
    if (!entered && !stopped.aborted)
      throw new ThrottledError(`Too many invocations run beside ${this.name}.`);
    if (!entered) return STOPPED;
    try {
      return await this.#run(event, requestId);
    } finally {
      concurrency.leave();
    }
  }

  /** Lets later invocations run the bundle as it is on disk now; those that run are finished by the old one. */
  reload(): void {
    for (const sandbox of this.#sandboxes) sandbox.retire();
  }

  /** Ends every environment; an invocation that still runs ends in an error. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.terminate()));
  }

  async #run(event: string, requestId: string): Promise<InvocationResult> {
    if (this.#stopped.signal.aborted) return STOPPED;
    const sandbox = this.#choose();
    clearTimeout(this.#idle.get(sandbox));
    try {
      return await sandbox.invoke(requestId, event, this.spec.timeout_s);
    } finally {
      if (sandbox.load === 0)
        this.#idle.set(sandbox, setTimeout(() => this.#end(sandbox), this.#options.idleMs).unref());
    }
  }

  /** The thread with the fewest invocations, one that is up before one that still starts. */
  #choose(): Sandbox {
    const open = [...this.#sandboxes].filter(({ isOpen }) => isOpen);
    const invocations = open.reduce((sum, { load }) => sum + load, 1);
    const threads = Math.max(
      Math.min(invocations, availableParallelism()),
      Math.ceil(invocations / ENVIRONMENTS_OF_A_THREAD),
    );
    if (open.length < threads) open.push(this.#start());
    const cost = ({ load, isStarted }: Sandbox) =>
      load + (load < ENVIRONMENTS_OF_A_THREAD ? 0 : 1_000) + (isStarted ? 0 : 100);
    return open.reduce((best, other) => (cost(other) < cost(best) ? other : best));
  }

  #start(): Sandbox {
    const { name, spec, bundle, env, log } = this.#options;
    const sandbox = new Sandbox({
      functionName: name,
      functionArn: functionArn(name),
      bundleUrl: pathToFileURL(bundle).href,
      memoryMb: spec.memory_mb,
      env: { ...runtimeEnvironment(name, spec), ...env },
      log,
    });
    this.#sandboxes.add(sandbox);
    sandbox.ended.then(() => {
      this.#sandboxes.delete(sandbox);
      clearTimeout(this.#idle.get(sandbox));
      this.#idle.delete(sandbox);
    });
    return sandbox;
  }

  /** Of a thread that nobody has needed for a while; the last one stays warm, unless a load has made it large. */
  #end(sandbox: Sandbox): void {
    const isLast = [...this.#sandboxes].every((other) => other === sandbox || !other.isOpen);
    if (!isLast || sandbox.environments > WARM_ENVIRONMENTS) sandbox.retire();
  }
}

/** What Lambda tells a function about itself. */
const runtimeEnvironment = (name: string, { memory_mb }: LambdaFunctionSpec): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory_mb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'embedded',
});
