import { eachOf, type Measurement, measure } from './measurement.ts';

/** Does one unit of work. */
export type Variant = () => Promise<unknown>;

export interface Turns {
  /** Units of work in one measurement. */
  readonly units: number;
  readonly rounds: number;
  /** Units under way at once. */
  readonly atATime?: number;
}

/**
 * Measures variants of the same work in turns, each round in another order, so that whatever the machine does beside it meets all of
 * them alike. A round before the first one warms up the compilers of all sides.
 */
export const takeTurns = async (
  variants: Readonly<Record<string, Variant>>,
  { units, rounds, atATime = 4 }: Turns,
): Promise<Map<string, Measurement[]>> => {
  const samples = new Map(Object.keys(variants).map((name) => [name, [] as Measurement[]]));
  const order = Object.entries(variants);
  const work = Array.from({ length: units }, (_, unit) => unit);
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < order.length; turn++) {
      const [name, variant] = order[(turn + round) % order.length] as [string, Variant];
      const sample = await measure(units, () => eachOf(work, atATime, variant));
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return samples;
};
