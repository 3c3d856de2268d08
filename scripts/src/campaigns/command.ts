import { CampaignReader } from '@notify/campaign-statistics';
import { type CampaignStatistics, STATUSES } from '@notify/shared-domain';
import type { Command } from 'commander';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count, seconds } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { Bar } from '../session/table.ts';
import { type RecountReport, recount } from './recount.ts';

interface RecountArguments extends WritingOptions {
  readonly marketingId?: string;
  readonly segments: number;
  readonly attempts: number;
  readonly settle: number;
}

export const campaignsCommand = (program: Command): void => {
  const campaigns = program
    .command('campaigns')
    .description('How campaigns do, and whether they are counted right.');
  addCommand<{ readonly limit: number }>(
    campaigns
      .command('list')
      .description('The campaigns, newest first.')
      .option('--limit <n>', 'how many to print', count, 20),
    list,
  );
  const show = campaigns
    .command('show <marketing_id>')
    .description('One campaign: by status, platform, hour and failure reason.')
    .addHelpText('after', '\nExit codes: 0 shown, 1 there is no such campaign.');
  addCommand(show, (session) => showCampaign(session, show.args[0] ?? ''));
  const recounting = (command: Command) =>
    command
      .option('--marketing-id <id>', 'only this campaign')
      .option('--segments <n>', 'parts of the command table that are read at once', count, 4)
      .option('--attempts <n>', 'how often to look for a moment in which a campaign holds still', count, 3)
      .option('--settle <seconds>', 'how long a write may take until the stream tells it', seconds, 2);
  addCommand<RecountArguments>(
    recounting(
      campaigns.command('check').description('Compare the statistics with a count of the commands.'),
    ).addHelpText(
      'after',
      '\nExit codes: 0 no differences, 1 differences, or a campaign that never held still, 3 it did not come to its end.',
    ),
    async (session, args) => toOutcome(await run(session, args, false), 'differences'),
  );
  addCommand<RecountArguments>(
    withWritingOptions(
      recounting(
        campaigns
          .command('rebuild')
          .description('Count the commands anew, and correct what differs, while writes go on.'),
      ).addHelpText(
        'after',
        '\nExit codes: 0 all campaigns are right, 1 some never held still, 3 it did not come to its end.',
      ),
    ),
    async (session, args) => {
      await confirmWrite(session, 'Recount campaigns', args.yes === true);
      return toOutcome(await run(session, args, true), 'uncorrected');
    },
  );
};

const run = (
  session: Session,
  { settle, ...args }: RecountArguments,
  corrects: boolean,
): Promise<RecountReport> => recount(session, { ...args, settleMs: settle * 1_000, corrects });

const toOutcome = (report: RecountReport, attention: 'differences' | 'uncorrected'): Outcome => {
  const differing = report.differences.length - (attention === 'uncorrected' ? report.corrected : 0);
  return {
    exitCode: differing + report.moving.length > 0 ? EXIT.attention : EXIT.ok,
    result: report,
    show: (terminal) => {
      if (report.differences.length > 0) {
        terminal.table(
          ['marketing_id', 'differing counts'],
          report.differences.map(({ marketing_id, counts }) => [marketing_id, counts]),
        );
      }
      for (const id of report.moving)
        terminal.say(`There was no quiet moment of ${id}; try again, or with more --attempts.`);
      terminal.say(
        `campaigns=${report.campaigns} differences=${report.differences.length} corrected=${report.corrected} moving=${report.moving.length}`,
      );
    },
  };
};

const summaryOf = (statistics: CampaignStatistics) => [
  statistics.marketing_id,
  statistics.total,
  statistics.by_status.SENT,
  statistics.by_status.DELIVERED,
  statistics.by_status.FAILED,
];
const HEAD = ['marketing_id', 'total', 'SENT', 'DELIVERED', 'FAILED'];

const list = async (
  { dynamodb, tables }: Session,
  { limit }: { readonly limit: number },
): Promise<Outcome> => {
  const { campaigns, next } = await new CampaignReader(dynamodb, tables.campaigns).list(limit, undefined);
  return {
    exitCode: EXIT.ok,
    result: campaigns,
    show: (terminal) => {
      terminal.table(HEAD, campaigns.map(summaryOf));
      terminal.say(`campaigns=${campaigns.length}${next ? ' and more (--limit)' : ''}`);
    },
  };
};

const showCampaign = async ({ dynamodb, tables }: Session, marketingId: string): Promise<Outcome> => {
  if (marketingId === '') throw new NotifyError('INPUT.INVALID', 'Say which campaign.');
  const statistics = await new CampaignReader(dynamodb, tables.campaigns).statistics(marketingId);
  return {
    exitCode: statistics ? EXIT.ok : EXIT.attention,
    result: statistics ?? null,
    show: (terminal) => {
      if (!statistics) return terminal.say('Nothing was ever counted of this campaign.');
      terminal.table(HEAD, [summaryOf(statistics)]);
      terminal.table(
        ['status', 'notifications', ''],
        STATUSES.map((status) => {
          const many = statistics.by_status[status];
          return [status, many, new Bar(many / statistics.total)];
        }),
      );
      if (statistics.failures.length > 0) {
        terminal.table(
          ['failures', 'platform', 'reason', ''],
          statistics.failures.map((failure) => [
            failure.count,
            failure.platform,
            failure.reason,
            new Bar(failure.count / statistics.by_status.FAILED),
          ]),
        );
      }
      const most = Math.max(...statistics.by_hour.map((each) => each.count));
      terminal.table(
        ['hour', 'notifications', ''],
        statistics.by_hour.map((each) => [new Date(each.hour), each.count, new Bar(each.count / most)]),
      );
    },
  };
};
