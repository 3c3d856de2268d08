import { itemCount } from '@notify/dynamodb';
import type { RecordKey } from '@notify/read-model';
import type { Command } from 'commander';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count, instant, wholeNumber } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { createPace } from '../session/pace.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { type Selection, selectKeys } from './select.ts';
import { touch } from './touch.ts';

interface ReprojectArguments extends Selection, WritingOptions {
  readonly all?: boolean;
  readonly rate?: number;
  readonly segments: number;
}

export const reprojectCommand = (program: Command): void =>
  addCommand<ReprojectArguments>(
    withWritingOptions(
      program
        .command('reproject')
        .description(
          'Touch commands, so that their stream records come again and their rows are written anew.',
        )
        .option('--all', 'every command')
        .option('--transaction-id <id>', 'commands of one transaction')
        .option('--created-at <ms>', 'the one created at this time', wholeNumber)
        .option('--user-id <id>', 'commands for one user')
        .option('--campaign <marketing_id>', 'commands of one campaign')
        .option('--from <time>', 'created at or after; milliseconds or ISO 8601', instant)
        .option('--to <time>', 'created before', instant)
        .option('--rate <n>', 'commands per second at most; as fast as it goes without it', count)
        .option('--segments <n>', 'parts of the table that are read at once', count, 4)
        .addHelpText(
          'after',
          '\nEach key keeps its order; a command that a writer changes at the same time keeps that change.' +
            '\nExit codes: 0 all touched, 1 some could not be touched, 3 it did not come to its end.',
        ),
    ),
    runReproject,
  );

export interface ReprojectReport {
  readonly dry_run: boolean;
  readonly selected: number;
  readonly touched: number;
  readonly gone: number;
  readonly failed: number;
}

const runReproject = async (session: Session, args: ReprojectArguments): Promise<Outcome> => {
  const { transactionId, createdAt, userId, campaign, from, to } = args;
  const narrowed = [transactionId, createdAt, userId, campaign, from, to].some(
    (value) => value !== undefined,
  );
  if (narrowed === (args.all === true)) {
    throw new NotifyError('INPUT.INVALID', 'Say which commands: either --all, or at least one filter.');
  }
  await confirmWrite(session, 'Touch commands', args.yes === true);
  const report = await reproject(session, args, args);
  return {
    exitCode: report.failed > 0 ? EXIT.attention : EXIT.ok,
    result: report,
    show: (terminal) =>
      terminal.say(
        `${report.dry_run ? 'would touch' : 'touched'}=${report.dry_run ? report.selected : report.touched} gone=${report.gone} failed=${report.failed}`,
      ),
  };
};

/** Touches the selected commands, those of a page in the order of their creation. */
export const reproject = async (
  session: Session,
  selection: Selection,
  { rate, segments }: { readonly rate?: number; readonly segments: number },
): Promise<ReprojectReport> => {
  const { progress } = session.terminal;
  const pace = createPace(rate, session.signal);
  const report = { selected: 0, touched: 0, gone: 0, failed: 0 };
  progress.begin(
    session.dryRun ? 'commands selected' : 'commands touched',
    await itemCount(session.dynamodb, session.tables.commands),
  );
  await selectKeys(session, selection, segments, async (keys) => {
    report.selected += keys.length;
    for (const some of inParts(keys, 25)) {
      if (!session.dryRun) {
        await pace(some.length);
        const { touched, gone, failed } = await touch(session, some);
        report.touched += touched;
        report.gone += gone;
        report.failed += failed;
      }
      progress.advance(some.length);
    }
  });
  progress.end();
  return { dry_run: session.dryRun, ...report };
};

function* inParts(keys: readonly RecordKey[], size: number): Generator<readonly RecordKey[]> {
  for (let start = 0; start < keys.length; start += size) yield keys.slice(start, start + size);
}
