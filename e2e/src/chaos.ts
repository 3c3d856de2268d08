import { count, createTerminal, EXIT, wholeNumber } from '@notify/scripts';
import { buildPackages } from '@notify/toolchain';
import { Command } from 'commander';
import { chaos } from './chaos/chaos.ts';

const program = new Command('chaos')
  .description(
    'Kill and restart an embedded stack while a writer goes on; then look whether anything is lost or different.',
  )
  .option('--rounds <n>', 'how often to kill it', count, 5)
  .option('--seed <n>', 'the same seed, the same victims and moments', wholeNumber, Date.now() % 1_000_000)
  .option('--life <ms>', 'the longest a stack lives in a round', count, 3_000)
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing lost or different, 1 something is, 3 it did not come to its end.',
  );

const { rounds, seed, life } = program.parse().opts<{ rounds: number; seed: number; life: number }>();
const terminal = createTerminal(false);
terminal.say(`seed ${seed}`);
try {
  await buildPackages((line) => terminal.say(line));
  const report = await chaos({ rounds, seed, maxLifeMs: life }, terminal);
  for (const { key, defect, fields } of report.check.differences.slice(0, 10)) {
    terminal.say(`${defect}: ${JSON.stringify(key)} ${fields.join(', ')}`);
  }
  terminal.say(
    `rounds=${report.rounds} acknowledged=${report.acknowledged} refused=${report.refused} commands=${report.check.commands} rows=${report.check.rows} tombstones=${report.check.tombstones}`,
  );
  terminal.say(`lost=${report.lost} different=${report.different}`);
  process.exitCode = report.lost + report.different === 0 ? EXIT.ok : EXIT.attention;
} catch (error) {
  terminal.note(String(error));
  process.exitCode = EXIT.failed;
}
