import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Item, plainValue } from '@notify/dynamodb';
import { entryPages } from '@notify/read-model';
import type { Command } from 'commander';
import { check } from '../check/check.ts';
import { readPlacement } from '../records/read-model.ts';
import { addCommand } from '../session/add-command.ts';
import { count, wholeNumber } from '../session/arguments.ts';
import { EXIT } from '../session/notify-error.ts';
import type { Outcome, Session } from '../session/session.ts';

interface TablesArguments {
  readonly sample: number;
  readonly segments: number;
}

export const tablesCommand = (program: Command): void =>
  addCommand<TablesArguments>(
    program
      .command('tables')
      .description('Count and sample both sides, and say what is not yet in step.')
      .option('--sample <n>', 'how many items of each side to show', wholeNumber, 5)
      .option('--segments <n>', 'parts of each table that are read at once', count, 4)
      .addHelpText(
        'after',
        '\nExit codes: 0 both sides are in step, 1 something is not yet, 3 it did not come to its end.',
      ),
    runTables,
  );

/** Without the device token and the payload. */
const COLUMNS = [
  'transaction_id',
  'created_at',
  'user_id',
  'marketing_id',
  'status',
  'platform',
  'notification_title',
];

const runTables = async (session: Session, { sample, segments }: TablesArguments): Promise<Outcome> => {
  const { tables } = session;
  const { active, standby } = await readPlacement(session);
  const report = await check(session, { table: active, segments, settleMs: 0 });
  let quarantined = 0;
  for await (const page of entryPages(session.dynamodb, session.tables.quarantine, {}, session.signal))
    quarantined += page.length;
  const samples = {
    commands: await sampleOf(session, tables.commands, sample),
    rows: await sampleOf(session, active, sample),
  };
  const notInStep = report.differences.map(({ key, defect }) => ({ ...key, defect }));
  const counts = [
    [tables.commands, 'commands', report.commands],
    [active, standby ? `rows (${standby} is kept current too)` : 'rows', report.rows],
    [active, 'tombstones of removed commands', report.tombstones],
    [tables.quarantine, 'records in quarantine', quarantined],
  ] as const;
  return {
    exitCode: notInStep.length === 0 ? EXIT.ok : EXIT.attention,
    result: {
      commands: report.commands,
      rows: report.rows,
      tombstones: report.tombstones,
      quarantined,
      active,
      standby,
      samples,
      not_in_step: notInStep,
    },
    show: (terminal) => {
      terminal.table(['table', 'what', 'items'], counts);
      for (const [name, items] of Object.entries(samples)) {
        if (items.length === 0) continue;
        terminal.say(`\n${name}:`);
        terminal.table(
          COLUMNS,
          items.map((item) => COLUMNS.map((column) => item[column])),
        );
      }
      if (notInStep.length > 0) {
        terminal.say('\nnot in step:');
        terminal.table(
          ['transaction_id', 'created_at', 'defect'],
          notInStep.slice(0, 10).map((key) => [key.transaction_id, key.created_at, key.defect]),
        );
      }
      terminal.say(
        `commands=${report.commands} rows=${report.rows} quarantined=${quarantined} not_in_step=${notInStep.length}`,
      );
    },
  };
};

const sampleOf = async (
  { dynamodb }: Session,
  table: string,
  size: number,
): Promise<Record<string, unknown>[]> => {
  if (size === 0) return [];
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table, Limit: size }));
  return Items.map((item: Item) =>
    Object.fromEntries(COLUMNS.map((column) => [column, plainValue(item[column])])),
  );
};
