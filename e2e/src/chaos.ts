import { count, createTerminal, EXIT, type Terminal, wholeNumber } from '@notify/scripts';
import { buildPackages } from '@notify/toolchain';
import { Command } from 'commander';
import { campaignChaos } from './chaos/campaign-chaos.ts';
import { serviceChaos } from './chaos/service/service-chaos.ts';
import { chaos } from './chaos/stack-chaos.ts';

interface ChaosArguments {
  readonly service?: boolean;
  readonly campaign?: number;
  readonly rounds: number;
  readonly seed: number;
  readonly life: number;
  readonly rate: number;
  readonly seconds: number;
}

const program = new Command('chaos')
  .description(
    'Kill and restart an embedded stack while a writer goes on; then look whether anything is lost or different. With --service: break what the query service depends on while it is asked. With --campaign: count a large campaign meanwhile.',
  )
  .option('--rounds <n>', 'how often to kill it', count, 5)
  .option('--seed <n>', 'the same seed, the same victims and moments', wholeNumber, Date.now() % 1_000_000)
  .option('--life <ms>', 'the longest a stack lives in a round', count, 3_000)
  .option('--service', 'two instances of the query service, restarted, between upstreams that fail')
  .option('--rate <n>', 'with --service: requests per second', count, 100)
  .option('--seconds <n>', 'with --service: how long each fault lasts', count, 5)
  .option('--campaign <n>', 'a campaign of n notifications, each of which changes its status twice', count)
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing lost, different, wrong or late, 1 something is, 3 it did not come to its end.',
  );

/** The longest that a service may take to be itself again. */
const MAX_RECOVERY_S = 2;
/** What is kept of two answers of 10 MB. */
const MAX_GROWTH_MB = 20;

const breakService = async ({ rate, seconds }: ChaosArguments, terminal: Terminal): Promise<boolean> => {
  const report = await serviceChaos({ rate, seconds }, terminal);
  const { wrong, failedDuringRestart, late, crashes, recoveredS } = report;
  const [before, after] = report.heldMb;
  for (const { detail, tookMs } of [...wrong, ...failedDuringRestart, ...late].slice(0, 10))
    terminal.say(`${Math.round(tookMs)} ms ${detail}`);
  for (const crash of crashes.slice(0, 10)) terminal.say(crash);
  terminal.say(
    `requests=${report.requests} shed=${report.shed} crashes=${crashes.length} held_mb=${before}..${after}`,
  );
  terminal.say(
    `wrong_answers=${wrong.length} failed_during_restart=${failedDuringRestart.length} late=${late.length} recovered_s=${recoveredS.toFixed(2)}`,
  );
  const failures = wrong.length + failedDuringRestart.length + late.length + crashes.length;
  return failures === 0 && recoveredS <= MAX_RECOVERY_S && !(after - before > MAX_GROWTH_MB);
};

const breakStack = async ({ rounds, seed, life }: ChaosArguments, terminal: Terminal): Promise<boolean> => {
  terminal.say(`seed ${seed}`);
  const report = await chaos({ rounds, seed, maxLifeMs: life }, terminal);
  for (const { key, defect, fields } of report.check.differences.slice(0, 10)) {
    terminal.say(`${defect}: ${JSON.stringify(key)} ${fields.join(', ')}`);
  }
  terminal.say(
    `rounds=${report.rounds} acknowledged=${report.acknowledged} refused=${report.refused} commands=${report.check.commands} rows=${report.check.rows} tombstones=${report.check.tombstones}`,
  );
  terminal.say(`lost=${report.lost} different=${report.different}`);
  return report.lost + report.different === 0;
};

const breakCampaign = async (notifications: number, { seed, life }: ChaosArguments, terminal: Terminal) => {
  terminal.say(`seed ${seed}`);
  const report = await campaignChaos({ notifications, seed, maxLifeMs: life }, terminal);
  if (report.answerDifference !== undefined) terminal.say(report.answerDifference);
  terminal.say(`notifications=${notifications} changes=${report.changes} kills=${report.kills}`);
  const answers = report.answerDifference === undefined ? 0 : 1;
  terminal.say(
    `row_differences=${report.rowDifferences} count_differences=${report.countDifferences} answer_differences=${answers}`,
  );
  return report.rowDifferences + report.countDifferences + answers === 0;
};

const options = program.parse().opts<ChaosArguments>();
const terminal = createTerminal(false);
try {
  await buildPackages((line) => terminal.say(line));
  const holds = await (options.campaign !== undefined
    ? breakCampaign(options.campaign, options, terminal)
    : (options.service ? breakService : breakStack)(options, terminal));
  process.exitCode = holds ? EXIT.ok : EXIT.attention;
} catch (error) {
  terminal.note(String(error));
  process.exitCode = EXIT.failed;
}
