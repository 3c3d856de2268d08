import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LambdaFunction, loadFunctions } from '@notify/embedded';
import { buildSync } from 'esbuild';

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
  readonly #cli: string;

  private constructor(options: ProgramsOptions, cli: string) {
    this.#options = options;
    this.undisturbed = options.undisturbed;
    this.#functions = loadFunctions(join(options.root, 'terraform/functions.json'));
    this.#cli = cli;
  }

  static build(options: ProgramsOptions): Programs {
    const outfile = join(options.folder, 'notify.mjs');
    buildSync({
      entryPoints: [join(options.root, 'scripts/src/main.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    return new Programs(options, outfile);
  }

  /** Invokes a function once, cold, with the time limit that it has on AWS. Gives its answer, or its error as Lambda words it. */
  async invoke(name: string, awsUrl: string, event: string): Promise<string> {
    const spec = this.#functions[name];
    if (!spec) throw new RangeError(`terraform/functions.json has no ${name}.`);
    const fn = new LambdaFunction({
      name,
      spec,
      bundle: join(this.#options.root, 'packages', name, 'dist/handler.mjs'),
      env: {
        ...CREDENTIALS,
        ...spec.tables,
        AWS_ENDPOINT_URL: awsUrl,
        USER_MASTER_KEY: this.#options.masterKey,
        LOG_LEVEL: 'SILENT',
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
      },
      log: () => {},
      concurrency: 1,
    });
    try {
      const { payload } = await fn.invoke(event);
      return payload;
    } finally {
      await fn.stop();
    }
  }

  /** Starts the query service, asks it once, and gives the status and code of its answer. */
  async askService(awsUrl: string, path: string, body: object): Promise<string> {
    const worker = new Worker(join(this.#options.root, 'packages/query-service/dist/main.mjs'), {
      env: {
        ...CREDENTIALS,
        AWS_ENDPOINT_URL: awsUrl,
        PORT: '0',
        QUERY_RESULT_FUNCTION: 'query-result-lambda',
        INTERNAL_API_URL: this.#options.apiUrl,
      },
      stdout: true,
      stderr: true,
      execArgv: [],
    });
    try {
      const answer = await fetch(`${await addressOf(worker)}${path}`, {
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

  /** Runs the command line; gives its exit code, and the error's code when it has one. */
  async notify(
    awsUrl: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const worker = new Worker(this.#cli, {
      argv: [...args],
      env: { ...CREDENTIALS, ...env, AWS_ENDPOINT_URL: awsUrl, PATH: process.env['PATH'] ?? '' },
      stdout: true,
      stderr: true,
      execArgv: [],
    });
    let said = '';
    for (const stream of [worker.stdout, worker.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk;
      });
    const failed = once(worker, 'error').then(([error]: Error[]) => `crashed: ${error?.message}`);
    const ended = once(worker, 'exit').then(([code]) => `exit ${code}`);
    const outcome = await Promise.race([failed, ended]);
    const code = /^([A-Z]+(?:\.[A-Z_]+)+): /m.exec(said)?.[1];
    return code ? `${outcome} ${code}` : outcome;
  }
}

const addressOf = (worker: Worker): Promise<string> =>
  new Promise((resolve, reject) => {
    let log = '';
    worker.stdout.on('data', (chunk: Buffer) => {
      log += chunk;
      const url = /Server listening at (http:[^"]+)/.exec(log)?.[1];
      if (url) resolve(url);
    });
    worker.once('exit', () => reject(new Error(`The query service has ended: ${log}`)));
  });
