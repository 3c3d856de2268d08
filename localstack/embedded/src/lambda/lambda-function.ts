import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { functionArn, type LambdaFunctionSpec } from '../functions.ts';
import type { Log } from '../log.ts';
import { type InvocationResult, Sandbox } from './sandbox.ts';

export interface LambdaFunctionOptions {
  readonly name: string;
  readonly spec: LambdaFunctionSpec;
  /** The built module, with the export `handler`. */
  readonly bundle: string;
  readonly env: Record<string, string>;
  readonly log: Log;
  /** How many invocations run at once; more wait for their turn. */
  readonly concurrency?: number;
}

const STOPPED: InvocationResult = {
  payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'The stack is stopping.' }),
  functionError: 'Unhandled',
  logTail: '',
};

/**
 * One Lambda function: sandboxes that start on demand, stay warm, and serve one invocation each at a time.
 * Handlers are asynchronous functions; the callback style, which Lambda has given up, is not served.
 */
export class LambdaFunction {
  readonly name: string;
  readonly spec: LambdaFunctionSpec;
  readonly #options: Required<LambdaFunctionOptions>;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #busy = new Set<Sandbox>();
  readonly #waiting: (() => void)[] = [];
  readonly #outdated = new WeakSet<Sandbox>();
  #stopped = false;

  constructor(options: LambdaFunctionOptions) {
    this.name = options.name;
    this.spec = options.spec;
    this.#options = { concurrency: 10, ...options };
  }

  /** Invokes with an event given as JSON text. A failure of the function is a result, never a rejection. */
  async invoke(event: string, requestId: string = randomUUID()): Promise<InvocationResult> {
    const sandbox = await this.#acquire();
    if (!sandbox) return STOPPED;
    try {
      return await sandbox.invoke(requestId, event, this.spec.timeout_s);
    } finally {
      this.#release(sandbox);
    }
  }

  /** Lets later invocations run the bundle as it is on disk now; those that run are finished by the old one. */
  reload(): void {
    for (const sandbox of this.#sandboxes) {
      if (this.#busy.has(sandbox)) this.#outdated.add(sandbox);
      else void sandbox.terminate();
    }
  }

  /** Ends every sandbox; an invocation that still runs ends in an error. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.terminate()));
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #acquire(): Promise<Sandbox | undefined> {
    while (!this.#stopped) {
      const free = [...this.#sandboxes].find((sandbox) => sandbox.alive && !this.#busy.has(sandbox));
      const sandbox = free ?? (this.#sandboxes.size < this.#options.concurrency ? this.#start() : undefined);
      if (sandbox) {
        this.#busy.add(sandbox);
        return sandbox;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return undefined;
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
      this.#waiting.shift()?.();
    });
    return sandbox;
  }

  #release(sandbox: Sandbox): void {
    this.#busy.delete(sandbox);
    if (this.#outdated.has(sandbox)) void sandbox.terminate();
    else this.#waiting.shift()?.();
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
