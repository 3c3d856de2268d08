import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Concurrency, LambdaFunction, loadFunctions } from '@notify/embedded';
import { EXIT } from '@notify/scripts';
import { freePort } from '@notify/toolchain';
import { Tools } from './tools.ts';

export interface ProgramsOptions {
  /** The repository whose built programs are run. */
  readonly root: string;
  /** For the built command line. */
  readonly folder: string;
  /** An endpoint at which nothing fails. */
  readonly undisturbed: string;
  /** The base URL of the API that the service asks beside the query function. */
  readonly apiUrl: string;
  /** What `USER_MASTER_KEY` names. */
  readonly masterKey: string;
}

/** More than the cases that are played at once. */
const CONCURRENCY = 100;

const CREDENTIALS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
} as const;

/** The real programs, as they are built for AWS; each run has a process environment of its own, and so an AWS of its own. */
export class Programs {
  readonly undisturbed: string;
  readonly #options: ProgramsOptions;
  readonly #functions: ReturnType<typeof loadFunctions>;
  readonly #warm = new Map<string, LambdaFunction>();
  readonly #tools: Tools;
  #prepared: Promise<unknown> = Promise.resolve();

  private constructor(options: ProgramsOptions, tools: Tools) {
    this.#options = options;
    this.undisturbed = options.undisturbed;
    this.#functions = loadFunctions(join(options.root, 'terraform/functions.json'));
    this.#tools = tools;
  }

  /** Holds what so many runs of the command line at once need. */
  hold(tools: number): Promise<void> {
    const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: this.undisturbed };
    return this.#tools.hold(tools, { args: ['tables'], env });
  }

  static build(options: ProgramsOptions): Programs {
    return new Programs(options, Tools.build(join(options.folder, 'bundle')));
  }

  /** Invokes a function once, cold, with the time limit that it has on AWS. Gives its answer, or its error as Lambda words it. */
  async invoke(
    name: string,
    awsUrl: string,
    event: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const fn = this.#function(name, { AWS_ENDPOINT_URL: awsUrl, ...env });
    try {
      const { payload } = await fn.invoke(event);
      return payload;
    } finally {
      await fn.stop();
    }
  }

  /** Invokes a function at which nothing fails, warm, for what a case needs beforehand. */
  async prepare(name: string, event: string): Promise<void> {
    const fn = this.#warm.get(name) ?? this.#function(name, { AWS_ENDPOINT_URL: this.undisturbed });
    this.#warm.set(name, fn);
    // One after the other: together they would be too slow for its time limits.
    const invoked = this.#prepared.then(() => fn.invoke(event));
    this.#prepared = invoked;
    const { payload } = await invoked;
    const { statusCode = 200, errorType } = JSON.parse(payload) as {
      statusCode?: number;
      errorType?: string;
    };
    if (statusCode >= 300 || errorType)
      throw new Error(`${name} has not prepared the case: ${payload.slice(0, 200)}`);
  }

  #function(name: string, env: Readonly<Record<string, string>>): LambdaFunction {
    const spec = this.#functions[name];
    if (!spec) throw new RangeError(`terraform/functions.json has no ${name}.`);
    return new LambdaFunction({
      name,
      spec,
      bundle: join(this.#options.root, 'packages', name, 'dist/handler.mjs'),
      env: {
        ...CREDENTIALS,
        ...spec.tables,
        USER_MASTER_KEY: this.#options.masterKey,
        LOG_LEVEL: 'SILENT',
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
        ...env,
      },
      log: () => {},
      concurrency: new Concurrency(CONCURRENCY),
    });
  }

  /** Starts the query service, asks it once, and gives the status and code of its answer. */
  async askService(awsUrl: string, path: string, body: object): Promise<string> {
    const port = String(await freePort());
    const worker = new Worker(join(this.#options.root, 'packages/query-service/dist/main.mjs'), {
      env: {
        ...CREDENTIALS,
        AWS_ENDPOINT_URL: awsUrl,
        PORT: port,
        LOG_LEVEL: 'silent',
        QUERY_RESULT_FUNCTION: 'query-result-lambda',
        INTERNAL_API_URL: this.#options.apiUrl,
      },
      execArgv: [],
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      await listening(url);
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { code } = (await answer.json()) as { code?: string };
      return code ? `${answer.status} ${code}` : String(answer.status);
    } finally {
      await worker.terminate();
    }
  }

  /** Runs the command line; gives `done` when it came to its end, else its exit code and the error's code. */
  async notify(
    awsUrl: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { exitCode, said, crash } = await this.#tools.run({
      args,
      env: { ...CREDENTIALS, ...env, AWS_ENDPOINT_URL: awsUrl },
    });
    if (crash !== undefined) return `crashed: ${crash}`;
    if (exitCode <= EXIT.attention) return 'done';
    const code = /^([A-Z_]+(?:\.[A-Z_]+)+): /m.exec(said)?.[1];
    return code ? `exit ${exitCode} ${code}` : `exit ${exitCode}: ${said.trim().split('\n').at(-1)}`;
  }
}

const START_MS = 60_000;

const listening = async (url: string): Promise<void> => {
  const endsAt = Date.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > endsAt) throw new Error('The query service did not start.');
    await delay(20);
  }
};
