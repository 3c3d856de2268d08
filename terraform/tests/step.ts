/** A step of the test has failed; `details` is what a program printed. */
export class StepFailed extends Error {
  readonly details: string;

  constructor(message: string, details = '') {
    super(message);
    this.details = details;
  }
}

/** What the test is about, in the order in which its end says it, each with what it has to be. */
const FIGURES = {
  reachability_assertions: / wrong=0$/,
  fault_cases: / unexpected=0$/,
  iam_missing: /^iam_missing=0 iam_unused=0$/,
  environments: / changes=0$/,
  runbook_commands: / failed=0$/,
  checkov_failed: /=0$/,
} as const;

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const figures = new Map<string, string>();
let failed = 0;
let interrupted = false;

/** No further step begins. */
export const interrupt = (): void => {
  interrupted = true;
};

/** Keeps a line of figures, `<name>=<n> …`, for the end. */
export const figure = (line: string): string => {
  figures.set(line.slice(0, line.indexOf('=')), line);
  return line;
};

/** Runs one step, says how it ended, and goes on: later steps say more. Gives undefined when it failed. */
export const step = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    if (interrupted) throw new StepFailed('interrupted');
    const result = await work();
    print(`ok      ${name} (${seconds()})${typeof result === 'string' ? `: ${result}` : ''}`);
    return result;
  } catch (error) {
    failed++;
    const { message, details = '' } = error as StepFailed;
    print(`FAILED  ${name} (${seconds()}): ${message}`);
    if (details) print(details.trimEnd().split('\n').slice(-60).join('\n').replace(/^/gm, '        '));
    return undefined;
  }
};

/** Says the figures, last of all. Gives whether every step has succeeded and each figure is what it has to be. */
export const conclude = (): boolean => {
  const lines = Object.entries(FIGURES).map(([name, right]) => {
    const line = figures.get(name) ?? `${name}=unknown`;
    return { line, isRight: right.test(line) };
  });
  print(`failed=${failed} in ${Math.round(performance.now() / 1000)} s`);
  for (const { line } of lines) print(line);
  return failed === 0 && lines.every(({ isRight }) => isRight);
};
