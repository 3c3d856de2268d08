import { count, createTerminal } from '@notify/scripts';
import { buildPackages } from '@notify/toolchain';
import { Command } from 'commander';
import { type ThrottledRunOptions, throttledRun } from './throttling/throttled-run.ts';

/**
 * `pnpm --filter @notify/e2e throttle`: the system under a DynamoDB that takes a tenth of what it is offered, and a rebuild of a large table under one that
 * takes less than it could be filled with. Exits 0 when nothing was given up, nothing was lost and nothing differs.
 */
const program = new Command('throttle')
  .option('--seconds <n>', 'how long writes are offered', count, 60)
  .option('--offered <n>', 'commands a second', count, 200)
  .option('--rows <n>', 'how many rows are rebuilt', count, 50_000)
  .option('--rebuild-units <n>', 'write units a second that the new table takes', count, 200);

await buildPackages((line) => process.stdout.write(`${line}\n`));
const options = program.parse().opts<Omit<ThrottledRunOptions, 'switches'>>();
const report = await throttledRun({ ...options, switches: true }, createTerminal(false));
process.stdout.write(
  `${Object.entries(report)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}\n`,
);
const { throttled, unanswered, wrongUsers, givenUp, differences, rebuildDifferences } = report;
const isRight = unanswered + wrongUsers + givenUp + differences + rebuildDifferences === 0 && throttled > 0;
process.exit(isRight ? 0 : 1);
