import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import { startDynamoDBLocal } from '@notify/dynamodb-local';
import { Counterexample, type SearchOptions } from './search.ts';

export interface Proof {
  /** As `pnpm prove <name>` knows it. */
  readonly name: string;
  /** What is tried, such as `histories`. */
  readonly cases: string;
  /** Counted while it goes on, and printed besides the others. */
  readonly figures?: Readonly<Record<string, number>>;
  /** @param createClient a new client with so many attempts a request */
  readonly prove: (
    search: Required<Pick<SearchOptions, 'runs' | 'seed' | 'onRun'>> & SearchOptions,
    createClient: (maxAttempts: number) => DynamoDBClient,
  ) => Promise<void>;
}

/**
 * A proof as a program: `[--runs n] [--seed s]`, and with `--path p` the one case that failed. Prints its seed first and its figures
 * last; ends with code 1 when a case does not hold.
 */
export const runProof = async ({ name, cases, figures, prove }: Proof): Promise<void> => {
  const { runs, seed, path } = readArguments();
  const progress = new Progress(runs, cases);
  const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
  const createClient = (maxAttempts: number) =>
    new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts, retryMode: 'standard' });

  say(`seed=${seed}`);
  let divergences = 0;
  try {
    await prove({ runs, seed, path, onRun: () => progress.advance() }, createClient);
  } catch (error) {
    if (!(error instanceof Counterexample)) throw error;
    divergences = 1;
    process.exitCode = 1;
    say(
      `\n${error.message}\n\nTo see it again: pnpm prove ${name} --seed ${error.seed} --path ${error.path}\n`,
    );
  } finally {
    await dynamodb.stop();
  }
  const all = { [cases]: progress.done, ...figures, divergences, seed, seconds: progress.seconds };
  say(
    Object.entries(all)
      .map(([figure, value]) => `${figure}=${value}`)
      .join(' '),
  );
};

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * `--runs n`, 1000 by default; `--seed s`, a random one by default; `--path p`.
 * @throws RangeError for a number that is none
 */
const readArguments = (): Pick<SearchOptions, 'runs' | 'seed' | 'path'> => {
  const { values } = parseArgs({
    // pnpm hands a `--` on.
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string' },
      path: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  if (!(Number.isSafeInteger(runs) && runs > 0 && Number.isSafeInteger(seed))) {
    throw new RangeError('--runs and --seed are whole numbers.');
  }
  return { runs, seed, path: values.path };
};

const PROGRESS_LINES = 20;

/** Counts what has been tried, and says a line for each twentieth of it. */
class Progress {
  done = 0;
  readonly #runs: number;
  readonly #cases: string;
  readonly #startedAt = performance.now();

  constructor(runs: number, cases: string) {
    this.#runs = runs;
    this.#cases = cases;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.#startedAt) / 1_000);
  }

  advance(): void {
    this.done++;
    if (this.done % Math.ceil(this.#runs / PROGRESS_LINES) !== 0 || this.done >= this.#runs) return;
    say(`${this.done} of ${this.#runs} ${this.#cases}, ${this.seconds} s`);
  }
}
