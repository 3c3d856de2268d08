import { parseArgs } from 'node:util';

/** What a long proof is asked for. */
export interface ProofArguments {
  readonly runs: number;
  readonly seed: number;
  /** Of the case to try again; undefined for a search. */
  readonly path: string | undefined;
}

/**
 * `--runs n`, 1000 by default; `--seed s`, a random one by default; `--path p`.
 * @throws RangeError for a number that is none
 */
export const readProofArguments = (): ProofArguments => {
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
export class ProofProgress {
  done = 0;
  readonly #runs: number;
  readonly #what: string;
  readonly #startedAt = performance.now();

  /** @param what is counted, such as `histories` */
  constructor(runs: number, what: string) {
    this.#runs = runs;
    this.#what = what;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.#startedAt) / 1_000);
  }

  advance(): void {
    this.done++;
    if (this.done % Math.ceil(this.#runs / PROGRESS_LINES) !== 0 || this.done >= this.#runs) return;
    process.stdout.write(`${this.done} of ${this.#runs} ${this.#what}, ${this.seconds} s\n`);
  }
}
