import { PROPERTIES } from './properties/properties.ts';

/**
 * Tries each property so many times, and shows the smallest input that breaks one.
 * @returns how many are broken
 */
export const fuzzProperties = async (
  say: (line: string) => void,
  { seed, runs }: { seed: number; runs: number },
): Promise<number> => {
  let broken = 0;
  for (const { name, check } of PROPERTIES) {
    const { failed, counterexample, errorInstance, counterexamplePath } = await check({
      seed,
      numRuns: runs,
    });
    say(`${failed ? 'BROKEN' : 'ok    '}  ${name}`);
    if (!failed) continue;
    broken++;
    say(`  ${JSON.stringify(counterexample)}`);
    say(`  ${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}`);
    say(`  pnpm fuzz --seed ${seed} (path ${counterexamplePath})`);
  }
  return broken;
};
