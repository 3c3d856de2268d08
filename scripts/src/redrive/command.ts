import { keyText } from '@notify/read-model';
import { type RowWriter, VERSION } from '@notify/stream-projection';
import type { Command } from 'commander';
import type { EntryFilter } from '../quarantine/entries.ts';
import { getRecords } from '../records/get-records.ts';
import { readModelWriter, readPlacement } from '../records/read-model.ts';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { EXIT } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { redrive } from './redrive.ts';

interface RedriveArguments extends EntryFilter, WritingOptions {}

export const redriveCommand = (program: Command): void =>
  addCommand<RedriveArguments>(
    withWritingOptions(
      program
        .command('redrive')
        .description(
          'Take the records of quarantine through the engine again, now that they have been mended.',
        )
        .option('--error-code <code>', 'only entries with this error')
        .option('--transaction-id <id>', 'only entries of this transaction')
        .addHelpText(
          'after',
          '\nExit codes: 0 quarantine is empty (of these entries), 1 some stay, 3 it did not come to its end.',
        ),
    ),
    runRedrive,
  );

const runRedrive = async (session: Session, { yes, ...filter }: RedriveArguments): Promise<Outcome> => {
  await confirmWrite(session, 'Redrive quarantine', yes === true);
  const rows = session.dryRun ? await whatWouldHappen(session) : readModelWriter(session);
  const report = await redrive(session, rows, filter);
  const { entries, projected, obsolete, malformed, failed, staying } = report;
  return {
    exitCode: staying.length === 0 ? EXIT.ok : EXIT.attention,
    result: report,
    show: (terminal) => {
      if (staying.length > 0) {
        terminal.table(
          ['table_key', 'version', 'why it stays'],
          staying
            .slice(0, 20)
            .map((entry) => [entry.table_key, entry.version.replace(/^0+/, ''), entry.reason]),
        );
      }
      terminal.say(
        `${report.dry_run ? 'dry run: ' : ''}entries=${entries} projected=${projected} obsolete=${obsolete} malformed=${malformed} failed=${failed}`,
      );
    },
  };
};

/** Compares versions as the writer's condition would, and writes nothing. */
const whatWouldHappen = async (session: Session): Promise<RowWriter> => {
  const { active } = await readPlacement(session);
  return {
    write: async (_, changes) => {
      const keys = changes.map(({ key }) => ({
        transaction_id: key[0]?.S ?? '',
        created_at: key[1]?.N ?? '',
      }));
      const rows = await getRecords(session.dynamodb, active, keys);
      const outcomes = changes.map(({ version }, index) => {
        const row = rows.get(keyText(keys[index] as (typeof keys)[number]));
        return { status: row && (row[VERSION]?.S ?? '') >= version ? 'stale' : 'written' } as const;
      });
      return { outcomes, retried: 0 };
    },
  };
};
