import { chunksOf, eachOf, measure } from '../measurement.ts';

/** As many as the fewest users that a turn is about: more at a time cost less each. */
const AT_A_TIME = 2;

/** CPU of this process for a command, in µs, of so many on these users, each of whom has one at a time. What `prepare` does is not measured. */
export const measureTurn = async (
  ids: readonly string[],
  commands: number,
  prepare: (id: string) => () => Promise<unknown>,
): Promise<number> => {
  const tasks = Array.from({ length: commands }, (_, i) => prepare(ids[i % ids.length] ?? ''));
  const { cpuMicroseconds } = await measure(commands, async () => {
    for (const some of chunksOf(tasks, AT_A_TIME)) await eachOf(some, AT_A_TIME, (task) => task());
  });
  return cpuMicroseconds;
};
