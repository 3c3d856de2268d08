import type { Command } from 'commander';
import { EXIT, exitCodeOf, NotifyError, toNotifyError } from './notify-error.ts';
import { createDynamoDB, type Outcome, type Session } from './session.ts';
import { TABLE_OPTIONS, type TableNames } from './table-names.ts';
import { findTarget } from './target.ts';
import { createTerminal, type Terminal } from './terminal.ts';

export interface SharedOptions extends Partial<Record<'endpointUrl' | 'region' | 'apiUrl', string>> {
  readonly json?: boolean;
  readonly aws?: boolean;
  readonly dryRun?: boolean;
  readonly commandTable?: string;
  readonly notificationTable?: string;
  readonly quarantineTable?: string;
  readonly readModelTable?: string;
  readonly campaignTable?: string;
  readonly positionTable?: string;
}

export interface WritingOptions {
  readonly yes?: boolean;
}

/** The options that every command has. */
export const addSharedOptions = (command: Command): Command => {
  command
    .option('--json', 'the result as one JSON document')
    .option('--endpoint-url <url>', 'the AWS endpoint (AWS_ENDPOINT_URL)')
    .option('--region <region>', 'the AWS region (AWS_REGION)')
    .option('--aws', 'AWS by the role of this instance, or whatever the SDK finds (NOTIFY_TARGET=aws)');
  for (const { flag, variable, name } of Object.values(TABLE_OPTIONS)) {
    command.option(`${flag} <name>`, `a table's name (${variable}; ${name})`);
  }
  return command;
};

/** Gives a command the options that all have, and runs it in a session. */
export const addCommand = <Options extends object>(
  command: Command,
  run: (session: Session, options: Options) => Promise<Outcome>,
): void => {
  addSharedOptions(command).action(async () => {
    const options = command.opts<Options & SharedOptions>();
    process.exitCode = await runCommand(options, async (terminal, signal) => {
      const session = await openSession(options, terminal, signal);
      return run(session, options).finally(() => session.dynamodb.destroy());
    });
  });
};

/** The options of commands that write. */
export const withWritingOptions = (command: Command): Command =>
  command
    .option('--dry-run', 'only say what would be done')
    .option('--yes', 'write to AWS without being asked');

/**
 * A session at the target that options and environment name.
 * @throws NotifyError `TARGET.NONE` or `INPUT.INVALID`
 */
export const openSession = async (
  options: SharedOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Session> => {
  const target = await findTarget(options, process.env);
  terminal.note(`target: ${target.name}`);
  return {
    target,
    dynamodb: createDynamoDB(target),
    terminal,
    tables: tableNames(options, process.env),
    signal,
    dryRun: options.dryRun === true,
  };
};

/** Runs something to its outcome, shows it, and gives the exit code. Ctrl-C ends it at its next step, a second one at once. */
export const runCommand = async (
  options: SharedOptions,
  run: (terminal: Terminal, signal: AbortSignal) => Promise<Outcome>,
): Promise<number> => {
  const json = options.json === true;
  const terminal = createTerminal(json);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    const outcome = await run(terminal, interrupt.signal).finally(() => terminal.progress.end());
    if (json) terminal.say(JSON.stringify(outcome.result, null, 2));
    else outcome.show(terminal);
    return outcome.exitCode;
  } catch (thrown) {
    return interrupt.signal.aborted ? interrupted(terminal) : report(toNotifyError(thrown), terminal, json);
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
};

const interrupted = (terminal: Terminal): number => {
  terminal.note('Interrupted; the command can be run again.');
  return EXIT.interrupted;
};

const report = (error: unknown, terminal: Terminal, json: boolean): number => {
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    terminal.say(JSON.stringify({ error: { code: code ?? name, message } }, null, 2));
  }
  terminal.note(message);
  if (!(error instanceof NotifyError) && process.env['DEBUG']) terminal.note(String((error as Error).stack));
  return exitCodeOf(error);
};

const tableNames = (
  options: SharedOptions,
  env: Readonly<Record<string, string | undefined>>,
): TableNames => {
  const { commands, notifications, quarantine, readModels, campaigns, positions } = TABLE_OPTIONS;
  return {
    commands: options.commandTable ?? env[commands.variable] ?? commands.name,
    notifications: options.notificationTable ?? env[notifications.variable] ?? notifications.name,
    quarantine: options.quarantineTable ?? env[quarantine.variable] ?? quarantine.name,
    readModels: options.readModelTable ?? env[readModels.variable] ?? readModels.name,
    campaigns: options.campaignTable ?? env[campaigns.variable] ?? campaigns.name,
    positions: options.positionTable ?? env[positions.variable] ?? positions.name,
  };
};
