import { itemCount } from '@notify/dynamodb';
import type { Command } from 'commander';
import { checkOutcome } from '../check/command.ts';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count, seconds } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { finish, REBUILD_TIMING, type RebuildReport, rebuild, rollback } from './rebuild.ts';
import { RebuildRecord } from './rebuild-record.ts';

interface RebuildArguments extends WritingOptions {
  readonly segments: number;
  readonly rate?: number;
  readonly lead: number;
  readonly switch: boolean;
  readonly status?: boolean;
  readonly rollback?: boolean;
  readonly finish?: boolean;
}

/** What a new table and its indexes take without being asked, with room for what the stream writes meanwhile. */
const DEFAULT_RATE = 1_000;

export const rebuildCommand = (program: Command): void =>
  addCommand<RebuildArguments>(
    withWritingOptions(
      program
        .command('rebuild')
        .description(
          'Build the read model anew in another table and let queries go over to it; or go on with that.',
        )
        .option('--segments <n>', 'parts of the command table that are read at once', count, 4)
        .option(
          '--rate <n>',
          `commands per second at most; without it ${DEFAULT_RATE} on AWS, and locally as fast as it goes`,
          count,
        )
        .option(
          '--lead <seconds>',
          'how long ahead the switch is announced',
          seconds,
          REBUILD_TIMING.leadMs / 1_000,
        )
        .option('--no-switch', 'fill and check the new table, and end before the switch')
        .option('--status', 'only say how far it is')
        .option('--rollback', 'before the switch: drop the new table; after it: let queries go back')
        .option('--finish', 'drop the table that queries do not read any more')
        .addHelpText(
          'after',
          '\nA run that was ended or killed goes on where it was when the command is run again.' +
            '\nExit codes: 0 done, 1 the new table differs and nothing was switched, 2 not in this state, 3 it did not come to its end.',
        ),
    ),
    runRebuild,
  );

const runRebuild = async (session: Session, args: RebuildArguments): Promise<Outcome> => {
  if ([args.status, args.rollback, args.finish].filter(Boolean).length > 1) {
    throw new NotifyError('INPUT.INVALID', 'Say one of --status, --rollback and --finish.');
  }
  if (args.lead * 1_000 < REBUILD_TIMING.validMs + REBUILD_TIMING.holdBeforeMs + 1_000) {
    throw new NotifyError('INPUT.INVALID', 'A switch has to be announced at least 8 seconds ahead.');
  }
  if (args.status || session.dryRun) return status(session);
  await confirmWrite(session, 'Rebuild the read model', args.yes === true);
  const timing = { ...REBUILD_TIMING, leadMs: args.lead * 1_000 };
  if (args.rollback) return outcome(await rollback(session, timing));
  if (args.finish) return outcome(await finish(session, timing));
  const { segments } = args;
  const rate = args.rate ?? (session.target.kind === 'aws' ? DEFAULT_RATE : undefined);
  return outcome(
    await rebuild(session, { segments, timing, stopBeforeSwitch: !args.switch, ...(rate ? { rate } : {}) }),
  );
};

const outcome = (report: RebuildReport): Outcome => {
  const checked = report.check && checkOutcome(report.check, 20);
  return {
    exitCode: checked?.exitCode ?? EXIT.ok,
    result: report,
    show: (terminal) => {
      checked?.show(terminal);
      terminal.say(
        `phase=${report.phase} active=${report.active} standby=${report.standby ?? '-'} filled=${report.filled}`,
      );
    },
  };
};

const status = async ({ dynamodb, tables }: Session): Promise<Outcome> => {
  const { placement, rebuild: current } = await new RebuildRecord(dynamodb, tables).read();
  const commands = await itemCount(dynamodb, tables.commands);
  const result = {
    active: placement.active,
    standby: placement.standby,
    switch_at: placement.switchAt,
    phase: current?.phase,
    filled: current?.filled,
    commands,
  };
  return {
    exitCode: EXIT.ok,
    result,
    show: (terminal) => {
      const phase = current
        ? `${current.phase}, ${current.filled} of about ${commands} commands filled`
        : 'none';
      terminal.say(`active=${placement.active} standby=${placement.standby ?? '-'} rebuild: ${phase}`);
    },
  };
};
