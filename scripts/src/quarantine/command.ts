import { plainValue } from '@notify/dynamodb';
import { countCauses, type Entry, entriesOf, entryPages } from '@notify/read-model';
import { type Command, Option } from 'commander';
import { addCommand } from '../session/add-command.ts';
import { count } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import type { Outcome, Session } from '../session/session.ts';

interface ListArguments {
  readonly cause?: string;
  readonly errorCode?: string;
  readonly transactionId?: string;
  readonly limit: number;
}

export const quarantineCommand = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description('Look at the records that could not be projected.');
  addCommand<ListArguments>(
    quarantine
      .command('list')
      .description('List the entries, and count them by error.')
      .option('--cause <code>', 'only entries with this error')
      .addOption(new Option('--error-code <code>', 'the same, as it was called before').hideHelp())
      .option('--transaction-id <id>', 'only entries of this transaction')
      .option('--limit <n>', 'how many to print', count, 20)
      .addHelpText('after', '\nExit codes: 0 quarantine is empty, 1 it is not.'),
    list,
  );
  addCommand(
    quarantine
      .command('causes')
      .description('Count the entries by cause.')
      .addHelpText('after', '\nExit codes: 0 quarantine is empty, 1 it is not.'),
    causes,
  );
  const show = quarantine
    .command('show <table_key>')
    .description('Show the entries of one key with their images, without device token and payload.')
    .option('--version <version>', 'only this one')
    .option('--private', 'with device token and payload')
    .addHelpText('after', '\nExit codes: 0 shown, 1 there is no such entry.');
  addCommand<ShowArguments>(show, (session, options) => showEntries(session, show.args[0] ?? '', options));
};

const causes = async ({ dynamodb, tables }: Session): Promise<Outcome> => {
  const counts = await countCauses(dynamodb, tables.quarantine, {}, Number.POSITIVE_INFINITY);
  const found = Array.from(counts.causes, ([code, entries]) => ({ code, entries })).sort(
    (a, b) => b.entries - a.entries,
  );
  return {
    exitCode: found.length === 0 ? EXIT.ok : EXIT.attention,
    result: found,
    show: (terminal) => {
      if (found.length > 0)
        terminal.table(
          ['entries', 'cause'],
          found.map(({ code, entries }) => [entries, code]),
        );
      terminal.say(`causes=${found.length} entries=${found.reduce((sum, { entries }) => sum + entries, 0)}`);
    },
  };
};

const list = async (
  session: Session,
  { limit, errorCode, cause = errorCode, transactionId }: ListArguments,
): Promise<Outcome> => {
  const byCode: Record<string, number> = {};
  const shown: Entry[] = [];
  let total = 0;
  for await (const page of entryPages(
    session.dynamodb,
    session.tables.quarantine,
    { errorCode: cause, transactionId },
    session.signal,
  )) {
    for (const entry of page) {
      total += 1;
      byCode[entry.errorCode] = (byCode[entry.errorCode] ?? 0) + 1;
      if (shown.length < limit) shown.push(entry);
    }
  }
  return {
    exitCode: total === 0 ? EXIT.ok : EXIT.attention,
    result: { entries: total, by_code: byCode, items: shown.map(summary) },
    show: (terminal) => {
      if (total > 0) {
        terminal.table(
          ['table_key', 'version', 'error', 'detail', 'first seen'],
          shown.map((entry) => [
            entry.tableKey,
            entry.version.replace(/^0+/, ''),
            entry.errorCode,
            entry.errorDetail,
            entry.firstSeen,
          ]),
        );
      }
      const codes = Object.entries(byCode).map(([code, entries]) => ` ${code}=${entries}`);
      terminal.say(`entries=${total}${codes.join('')}`);
    },
  };
};

interface ShowArguments {
  readonly version?: string;
  readonly private?: boolean;
}

const PRIVATE = new Set(['device_token', 'payload']);

const showEntries = async (
  session: Session,
  tableKey: string,
  { version, private: withPrivate = false }: ShowArguments,
): Promise<Outcome> => {
  if (tableKey === '') throw new NotifyError('INPUT.INVALID', 'Say which key.');
  const all = await entriesOf(session.dynamodb, session.tables.quarantine, tableKey);
  const entries =
    version === undefined ? all : all.filter((entry) => entry.version === version.padStart(40, '0'));
  const described = entries.map((entry) => ({
    ...summary(entry),
    image:
      entry.image &&
      Object.fromEntries(
        Object.entries(entry.image).map(([name, value]) => [
          name,
          PRIVATE.has(name) && !withPrivate ? '(not shown)' : plainValue(value),
        ]),
      ),
  }));
  return {
    exitCode: entries.length > 0 ? EXIT.ok : EXIT.attention,
    result: described,
    show: (terminal) => {
      for (const entry of described) terminal.say(JSON.stringify(entry, null, 2));
      terminal.say(`entries=${entries.length}`);
    },
  };
};

const summary = (entry: Entry) => ({
  table_key: entry.tableKey,
  version: entry.version,
  error_code: entry.errorCode,
  error_detail: entry.errorDetail,
  event_name: entry.eventName,
  first_seen: entry.firstSeen,
});
