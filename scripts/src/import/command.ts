import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PLATFORMS, STATUSES } from '@notify/shared-domain';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { confirmWrite, createDynamoDB, type Outcome, type Session } from '../session/session.ts';
import type { ConversionOptions } from './conversion.ts';
import { fileSource } from './file-source.ts';
import { type ImportOptions, type ImportPlan, type ImportReport, planImport, runImport } from './import.ts';
import type { ImportSource } from './source.ts';
import { tableSource } from './table-source.ts';

interface ImportArguments extends ConversionOptions, WritingOptions {
  readonly fromTable?: string;
  readonly fromEndpointUrl?: string;
  readonly fromRegion?: string;
  readonly malformed: ImportOptions['malformed'];
  readonly rate?: number;
  readonly folder?: string;
}

const HELP = `
Reads an S3 export (its folder, or a .json.gz file), the output of \`aws dynamodb scan\`, JSON lines or a JSON array, of a command table
or of a read table. What is in the command table already stays; what cannot be imported is set aside, in a file in --folder.
Exit codes: 0 all of it is there, 1 something waits in quarantine or was set aside, 3 it did not come to its end and can be run again.`;

export const importCommand = (program: Command): void => {
  const command = withWritingOptions(
    program
      .command('import')
      .argument('[path]', 'a file or folder of an export')
      .description('Take over the records of the systems before: from their table, or from an export of it.')
      .option('--from-table <name>', 'read this table instead of a path')
      .option('--from-endpoint-url <url>', 'where that table is; the target’s endpoint without it')
      .option('--from-region <region>', 'its region; the target’s without it')
      .addOption(new Option('--default-platform <platform>', 'for records that have none').choices(PLATFORMS))
      .option('--default-user-id <id>', 'for records that have none')
      .option('--default-title <text>', 'for records that have none')
      .option('--map-status <theirs=ours>', 'a status by another word; again for more', words(STATUSES))
      .option('--map-platform <theirs=ours>', 'a platform by another word; again for more', words(PLATFORMS))
      .option('--seconds', 'times before September 2001 are seconds, not milliseconds')
      .addOption(
        new Option('--malformed <what>', 'malformed commands go to quarantine, or are set aside')
          .choices(['quarantine', 'set-aside'])
          .default('quarantine'),
      )
      .option('--rate <n>', 'records per second; as fast as it goes without it', count)
      .option('--folder <path>', 'for its notes and what it sets aside; under .local/import without it')
      .addHelpText('after', HELP),
  );
  addCommand<ImportArguments>(command, (session, options) => run(session, command.args[0], options));
};

/** An option that says, once or again, which word of theirs is which of ours. */
const words =
  (ours: readonly string[]) =>
  (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const at = text.lastIndexOf('=');
    const word = text.slice(at + 1);
    if (at < 1 || !ours.includes(word))
      throw new InvalidArgumentError(`It must be <theirs>=<${ours.join('|')}>.`);
    return { ...before, [text.slice(0, at)]: word };
  };

const run = async (session: Session, path: string | undefined, args: ImportArguments): Promise<Outcome> => {
  const { source, close } = await openSource(session, path, args);
  const options: ImportOptions = {
    conversion: conversionOf(args),
    malformed: args.malformed,
    folder: args.folder ?? defaultFolder(session, source),
    ...(args.rate === undefined ? {} : { rate: args.rate }),
  };
  try {
    if (session.dryRun) return planOutcome(await planImport(session, source, options), options.malformed);
    await confirmWrite(session, `Import ${source.name}`, args.yes === true);
    return reportOutcome(await runImport(session, source, options));
  } finally {
    close();
  }
};

const openSource = async (
  session: Session,
  path: string | undefined,
  { fromTable, fromEndpointUrl, fromRegion }: ImportArguments,
): Promise<{ source: ImportSource; close: () => void }> => {
  if ((path === undefined) === (fromTable === undefined))
    throw new NotifyError('INPUT.INVALID', 'Name a path, or a table by --from-table.');
  if (path !== undefined) return { source: await fileSource(resolve(path)), close: () => {} };
  if (fromEndpointUrl === undefined && fromRegion === undefined)
    return { source: tableSource(session.dynamodb, fromTable ?? ''), close: () => {} };
  const { clientConfig } = session.target;
  const dynamodb: DynamoDBClient = createDynamoDB({
    ...session.target,
    clientConfig: {
      ...clientConfig,
      ...(fromEndpointUrl === undefined ? {} : { endpoint: fromEndpointUrl }),
      ...(fromRegion === undefined ? {} : { region: fromRegion }),
    },
  });
  return { source: tableSource(dynamodb, fromTable ?? ''), close: () => dynamodb.destroy() };
};

const conversionOf = (args: ImportArguments): ConversionOptions => {
  const { defaultPlatform, defaultUserId, defaultTitle, mapStatus, mapPlatform, seconds } = args;
  return {
    ...(defaultPlatform === undefined ? {} : { defaultPlatform }),
    ...(defaultUserId === undefined ? {} : { defaultUserId }),
    ...(defaultTitle === undefined ? {} : { defaultTitle }),
    ...(mapStatus === undefined ? {} : { mapStatus }),
    ...(mapPlatform === undefined ? {} : { mapPlatform }),
    ...(seconds === true ? { seconds } : {}),
  };
};

/** One for each source and target, so that the same command goes on where it was. */
const defaultFolder = ({ target, tables }: Session, { name }: ImportSource): string => {
  const id = createHash('sha256').update(`${name}\n${target.name}\n${tables.commands}`).digest('hex');
  return join('.local/import', `${basename(name).replace(/[^\w.-]+/g, '-')}-${id.slice(0, 8)}`);
};

const rowsOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort(([, a], [, b]) => b - a);

const planOutcome = (plan: ImportPlan, malformed: ImportOptions['malformed']): Outcome => {
  const { records, well_formed, unusable, already_there, key_taken } = plan;
  const summary = `records=${records} well_formed=${well_formed} malformed=${plan.malformed} unusable=${unusable} already_there=${already_there} key_taken=${key_taken}`;
  return {
    exitCode: well_formed === records && key_taken === 0 ? EXIT.ok : EXIT.attention,
    result: { dry_run: true, ...plan },
    show: (terminal) => {
      terminal.say(`${plan.source}, nothing is written:`);
      if (Object.keys(plan.changes).length > 0) terminal.table(['change', 'records'], rowsOf(plan.changes));
      if (plan.reasons.length > 0) {
        terminal.table(
          ['why it can have no row', 'records', 'first'],
          plan.reasons.map(({ reason, records: how, first }) => [reason, how, first]),
        );
        terminal.say(
          malformed === 'quarantine'
            ? 'Malformed ones would be written as they are and wait in quarantine; unusable ones would be set aside.'
            : 'All of these would be set aside.',
        );
      }
      if (plan.perhaps_seconds > 0)
        terminal.say(
          `${plan.perhaps_seconds} are created before September 2001: if that is seconds, say --seconds.`,
        );
      terminal.say(summary);
    },
  };
};

const reportOutcome = (report: ImportReport): Outcome => {
  const { records, imported, already_there, quarantined, set_aside, verified, different, missing } = report;
  const summary = `records=${records} imported=${imported} already_there=${already_there} set_aside=${set_aside} quarantined=${quarantined} verified=${verified} different=${different} missing=${missing} complete=${report.complete}`;
  return {
    exitCode: report.complete && quarantined + set_aside === 0 ? EXIT.ok : EXIT.attention,
    result: { dry_run: false, ...report },
    show: (terminal) => {
      if (Object.keys(report.changes).length > 0)
        terminal.table(['change', 'records'], rowsOf(report.changes));
      if (Object.keys(report.reasons).length > 0)
        terminal.table(['why it has no row', 'records'], rowsOf(report.reasons));
      if (report.set_aside_file !== undefined)
        terminal.say(`set aside, each with its code: ${report.set_aside_file}`);
      terminal.say(summary);
    },
  };
};
