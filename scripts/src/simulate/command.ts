import { PLATFORMS, STATUSES } from '@notify/shared-domain';
import { type Command, Option } from 'commander';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count, seconds, share, wholeNumber } from '../session/arguments.ts';
import { EXIT } from '../session/notify-error.ts';
import { createAsk } from '../session/prompts.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { type BatchOptions, simulateBatch } from './batch.ts';
import { type SingleOptions, simulateSingle } from './single.ts';
import { type StatusOptions, simulateStatus } from './status.ts';

export const simulateCommand = (program: Command): void => {
  const simulate = program
    .command('simulate')
    .description('Write commands as push services do.')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 1 written and not projected in time (single), 3 not written.',
    );
  addCommand<Partial<BatchArguments> & WritingOptions>(
    withWritingOptions(
      simulate
        .command('batch')
        .description('A marketing campaign: many pushes to many users.')
        .option('--count <n>', 'how many; 100 without it', count)
        .option('--rate <n>', 'commands per second; as fast as it goes without it', count)
        .option('--campaign <id>', 'the campaign (marketing_id)')
        .option('--users <n>', 'over how many users; 50 without it', count)
        .option('--failure-share <share>', 'how many of them have failed, 0 to 1; 0.1 without it', share)
        .option('--malformed-share <share>', 'how many commands are malformed', share, 0)
        .option('--delete-share <share>', 'how many commands are removed again', share, 0)
        .option('--seed <n>', 'the same seed, the same records', wholeNumber),
    ),
    runBatch,
  );
  addCommand<Partial<SingleArguments> & WritingOptions>(
    withWritingOptions(
      simulate
        .command('single')
        .description('One push to one user, followed until its row is there.')
        .option('--user-id <id>', 'the user')
        .option('--title <text>', 'the title')
        .option('--body <text>', 'the body')
        .addOption(new Option('--platform <platform>').choices(PLATFORMS))
        .addOption(new Option('--status <status>').choices(STATUSES))
        .option('--campaign <id>', 'the campaign (marketing_id)')
        .option('--transaction-id <id>', 'the transaction; a new one without it')
        .option('--wait <seconds>', 'how long to wait for the row', seconds, 30),
    ),
    runSingle,
  );
  addCommand<StatusOptions & WritingOptions>(
    withWritingOptions(
      simulate
        .command('status')
        .description('What providers report afterwards: SENT turns DELIVERED or FAILED.')
        .option('--count <n>', 'how many at most', count, 100)
        .option('--transaction-id <id>', 'only of this transaction')
        .option('--rate <n>', 'changes per second; as fast as it goes without it', count)
        .option('--failure-share <share>', 'how many turn FAILED, 0 to 1', share, 0.1)
        .option('--seed <n>', 'the same seed, the same choice', wholeNumber, 1),
    ),
    runStatus,
  );
};

interface BatchArguments extends BatchOptions {}

const runBatch = async (
  session: Session,
  args: Partial<BatchArguments> & WritingOptions,
): Promise<Outcome> => {
  const ask = createAsk(session.terminal, args.count === undefined && args.campaign === undefined);
  const campaign = await ask.text(
    'Campaign',
    args.campaign,
    `campaign_${new Date().toISOString().slice(0, 10)}`,
  );
  const size = count(await ask.text('How many notifications', args.count?.toString(), '100'));
  const failureShare = share(await ask.text('Share of failures', args.failureShare?.toString(), '0.1'));
  await confirmWrite(session, `Write ${size} commands`, args.yes === true);
  const summary = await simulateBatch(session, {
    count: size,
    campaign,
    failureShare,
    users: args.users ?? 50,
    malformedShare: args.malformedShare ?? 0,
    deleteShare: args.deleteShare ?? 0,
    seed: args.seed ?? Date.now() % 1_000_000,
    ...(args.rate === undefined ? {} : { rate: args.rate }),
  });
  return summaryOutcome(summary);
};

interface SingleArguments extends Omit<SingleOptions, 'waitMs'> {
  readonly wait: number;
}

const runSingle = async (
  session: Session,
  { yes, wait = 30, ...args }: Partial<SingleArguments> & WritingOptions,
): Promise<Outcome> => {
  const ask = createAsk(session.terminal, args.userId === undefined && args.title === undefined);
  const userId = await ask.text('User', args.userId, 'test_user_001');
  const title = await ask.text('Title', args.title, 'Hello');
  const platform = await ask.choice('Platform', args.platform, PLATFORMS, 'IOS');
  const status = await ask.choice('Status', args.status, STATUSES, 'SENT');
  await confirmWrite(session, 'Write a command', yes === true);
  const summary = await simulateSingle(session, {
    ...args,
    userId,
    title,
    platform,
    status,
    waitMs: wait * 1_000,
  });
  const { command, projected_after_ms: lag, row } = summary;
  return {
    exitCode: summary.dry_run || row ? EXIT.ok : EXIT.attention,
    result: summary,
    show: (terminal) => {
      terminal.say(`transaction_id=${command.transaction_id} created_at=${command.created_at}`);
      if (row) {
        terminal.table(['column', 'value'], Object.entries(row).sort());
        terminal.say(`projected_after_ms=${lag}`);
      } else if (!summary.dry_run)
        terminal.say(`not projected within ${wait} s; see \`notify lag\` and \`notify doctor\``);
    },
  };
};

const runStatus = async (session: Session, args: StatusOptions & WritingOptions): Promise<Outcome> => {
  await confirmWrite(session, 'Change the status of commands', args.yes === true);
  return summaryOutcome(await simulateStatus(session, args));
};

const summaryOutcome = (summary: object): Outcome => ({
  exitCode: EXIT.ok,
  result: summary,
  show: (terminal) =>
    terminal.say(
      Object.entries(summary)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ),
});
