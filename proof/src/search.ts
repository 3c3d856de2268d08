import * as fc from 'fast-check';

export interface SearchOptions {
  /** How many cases are tried. */
  readonly runs: number;
  /** The same seed and runs give the same cases. */
  readonly seed: number;
  /** Of a {@link Counterexample}: tries the one case that it is about. */
  readonly path?: string | undefined;
  /** No case is begun later than so many milliseconds from now; all that were tried have held then. */
  readonly timeLimitMs?: number;
  /** Called after each case. */
  readonly onRun?: () => void;
}

/** Where cases are played. */
export interface Stage<Case> {
  /** @throws when the case does not hold */
  play(example: Case): Promise<void>;
  close?(): Promise<void>;
}

export interface Trial<Case> {
  readonly cases: fc.Arbitrary<Case>;
  readonly openStage: () => Promise<Stage<Case>>;
  /** A case that did not hold in words, a line each. */
  readonly describe: (example: Case) => readonly string[];
  /** Cases that share a stage and a seed: few enough for its tables to stay small. */
  readonly chunk?: number;
  /** Chunks at a time. */
  readonly lanes?: number;
  /** Whether a smaller counterexample is looked for. */
  readonly shrinks?: boolean;
}

/** The smallest counterexample that was found to a promise. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
  /** Together they lead to it again, as {@link SearchOptions}. */
  readonly seed: number;
  readonly path: string;

  constructor(seed: number, path: string, message: string) {
    super(message);
    this.seed = seed;
    this.path = path;
  }
}

/** Far apart, so that near seeds give other cases: 2^32 by the golden ratio. */
const SEED_STEP = 0x9e3779b1;

/**
 * Tries a promise on random cases, several at a time.
 * @throws Counterexample
 */
export const findCounterexample = async <Case>(
  { runs, seed, path, timeLimitMs = Number.POSITIVE_INFINITY, onRun }: SearchOptions,
  trial: Trial<Case>,
): Promise<void> => {
  const search = new Search();
  if (path !== undefined) {
    return check(trial, search, { seed, path, numRuns: 1, endOnFailure: true }, onRun);
  }
  const { chunk: size = 100, lanes = 4, shrinks = true } = trial;
  const deadline = performance.now() + timeLimitMs;
  const chunks = Array.from({ length: Math.ceil(runs / size) }, (_, chunk) => chunk).values();
  const lane = async () => {
    for (const chunk of chunks) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return;
      const parameters = {
        seed: (seed + chunk * SEED_STEP) | 0,
        numRuns: Math.min(size, runs - chunk * size),
        endOnFailure: !shrinks,
        ...(leftMs !== Number.POSITIVE_INFINITY && { interruptAfterTimeLimit: leftMs }),
      };
      await check(trial, search, parameters, onRun);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

/** Lets the first chunk in which a case does not hold go on alone, to the smallest one. */
class Search {
  #first: object | undefined;

  mayGoOn(stage: object): boolean {
    return this.#first === undefined || this.#first === stage;
  }

  fails(stage: object): void {
    this.#first ??= stage;
  }
}

const check = async <Case>(
  { cases, openStage, describe }: Trial<Case>,
  search: Search,
  parameters: fc.Parameters<[Case]>,
  onRun?: () => void,
): Promise<void> => {
  const stage = await openStage();
  const holds = fc.asyncProperty(cases, async (example) => {
    fc.pre(search.mayGoOn(stage));
    try {
      await stage.play(example);
    } catch (error) {
      search.fails(stage);
      // Two stages may fail at the same time; only the first one's case is made smaller.
      fc.pre(search.mayGoOn(stage));
      throw error;
    }
    onRun?.();
  });
  const outcome = await fc.check(holds, parameters);
  await stage.close?.();
  const { failed, seed, counterexample, counterexamplePath, errorInstance: reason, numShrinks } = outcome;
  if (!failed || !counterexample || counterexamplePath === null) return;
  const lines = [
    `A case that does not hold, shrunk ${numShrinks} times:`,
    ...describe(counterexample[0]),
    reason instanceof Error ? reason.message : String(reason),
  ];
  throw new Counterexample(seed, counterexamplePath, lines.join('\n'));
};
