import { type Command, Option } from 'commander';
import { readPlacement } from '../records/read-model.ts';
import { addCommand } from '../session/add-command.ts';
import { count, seconds } from '../session/arguments.ts';
import { EXIT } from '../session/notify-error.ts';
import type { Outcome, Session } from '../session/session.ts';
import { type CheckReport, check } from './check.ts';

interface CheckArguments {
  readonly table?: string;
  readonly segments: number;
  readonly settle: number;
  readonly list: number;
}

export const checkCommand = (program: Command): void =>
  addCommand<CheckArguments>(
    program
      .command('check')
      .description('Compare every command with its row, and every row with its command.')
      .option('--table <name>', 'the read table to look at; the active one without it')
      .option('--segments <n>', 'parts of each table that are read at once', count, 4)
      .option('--settle <seconds>', 'how long a key may take to get in step', seconds, 10)
      .addOption(new Option('--list <n>', 'how many differing keys to print').argParser(count).default(20))
      .addHelpText('after', '\nExit codes: 0 no differences, 1 differences, 3 it did not come to its end.'),
    runCheck,
  );

const runCheck = async (session: Session, args: CheckArguments): Promise<Outcome> => {
  const table = args.table ?? (await readPlacement(session)).active;
  const report = await check(session, { table, segments: args.segments, settleMs: args.settle * 1_000 });
  return checkOutcome(report, args.list);
};

/** The report with its differing keys, and the line that scripts look for. */
export const checkOutcome = (report: CheckReport, list: number): Outcome => ({
  exitCode: report.differences.length === 0 ? EXIT.ok : EXIT.attention,
  result: { ...report, differences: report.differences },
  show: (terminal) => {
    const { differences, commands, rows, tombstones, malformed, settled, moving, table } = report;
    if (differences.length > 0) {
      terminal.table(
        ['transaction_id', 'created_at', 'defect', 'fields'],
        differences
          .slice(0, list)
          .map(({ key, defect, fields }) => [key.transaction_id, key.created_at, defect, fields.join(', ')]),
      );
      if (differences.length > list) terminal.say(`… and ${differences.length - list} more (--list, --json)`);
    }
    terminal.say(
      `table=${table} commands=${commands} rows=${rows} tombstones=${tombstones} malformed=${malformed} settled=${settled} moving=${moving} differences=${differences.length}`,
    );
  },
});
