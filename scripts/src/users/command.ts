import { eraseUser, localMasterKey, type UserProjectionNames, type UserStoreNames } from '@notify/users';
import type { Command } from 'commander';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { checkUsers, rebuildUsers } from './check-users.ts';

type UserNames = UserStoreNames & UserProjectionNames;

/** By the environment variables that the functions know them by. */
const DEFAULT_NAMES = {
  EVENTS_TABLE: 'EventsTable',
  USER_KEY_TABLE: 'user-keys',
  IDEMPOTENCY_TABLE: 'command-idempotency',
  USER_SUMMARY_TABLE: 'UserSummaryTable',
  USER_DETAIL_TABLE: 'UserDetailTable',
  QUARANTINE_TABLE: 'projection-quarantine',
} as const satisfies Omit<UserNames, 'USER_MASTER_KEY'>;

const HELP = `
Tables by their variables, as the functions have them: ${Object.keys(DEFAULT_NAMES).join(', ')}.
Personal data is read with USER_MASTER_KEY (the ARN of the KMS key); the embedded stack has its own.`;

export const usersCommand = (program: Command): void => {
  const users = program.command('users').description('The event-sourced users: forget, check, rebuild.');
  const erase = withWritingOptions(
    users
      .command('erase')
      .argument('<id>', 'the user_id')
      .description(
        'Forget a person: delete the key of all personal data. The balance history stays. For good.',
      )
      .addHelpText(
        'after',
        `${HELP}\nExit codes: 0 forgotten, 2 not confirmed, 3 it did not come to its end.`,
      ),
  );
  addCommand<WritingOptions>(erase, (session, { yes }) =>
    runErase(session, erase.args[0] ?? '', yes === true),
  );
  addCommand(
    users
      .command('check')
      .description('Compare the rows of every user with the fold of the stored events.')
      .addHelpText(
        'after',
        `${HELP}\nExit codes: 0 no differences, 1 differences, 3 it did not come to its end.`,
      ),
    runCheck,
  );
  addCommand<WritingOptions>(
    withWritingOptions(
      users
        .command('rebuild')
        .description('Bring every row up to its last event and mend wrong ones; fills empty tables.')
        .addHelpText('after', HELP),
    ),
    (session, { yes }) => runRebuild(session, yes === true),
  );
};

const runErase = async (session: Session, id: string, yes: boolean): Promise<Outcome> => {
  await confirmWrite(session, `Forget ${id} for good`, yes);
  if (!session.dryRun) await eraseUser(session.dynamodb, userNames(session), id);
  return {
    exitCode: EXIT.ok,
    result: { user_id: id, erased: !session.dryRun },
    show: (terminal) => terminal.say(session.dryRun ? `would erase user=${id}` : `erased user=${id}`),
  };
};

const runCheck = async (session: Session): Promise<Outcome> => {
  const report = await checkUsers(session.dynamodb, userNames(session, 'reads personal data'));
  const { users, differences } = report;
  return {
    exitCode: differences.length === 0 ? EXIT.ok : EXIT.attention,
    result: report,
    show: (terminal) => {
      if (differences.length > 0) {
        terminal.table(
          ['user_id', 'table', 'defect'],
          differences.slice(0, 20).map(({ userId, view, defect }) => [userId, view, defect]),
        );
      }
      terminal.say(`users=${users} differences=${differences.length}`);
    },
  };
};

const runRebuild = async (session: Session, yes: boolean): Promise<Outcome> => {
  await confirmWrite(session, 'Bring the rows of all users up to date', yes);
  const names = userNames(session, 'reads personal data');
  if (session.dryRun) {
    const { users, differences } = await checkUsers(session.dynamodb, names);
    return {
      exitCode: EXIT.ok,
      result: { users, rebuilt: false, differences: differences.length },
      show: (terminal) => terminal.say(`would rebuild users=${users} differences=${differences.length}`),
    };
  }
  const { users, mended } = await rebuildUsers(session.dynamodb, names);
  return {
    exitCode: EXIT.ok,
    result: { users, rebuilt: true, mended },
    show: (terminal) => terminal.say(`rebuilt users=${users} mended=${mended}`),
  };
};

/** @throws NotifyError `INPUT.INVALID` when the work needs a master key that nobody has named */
const userNames = ({ target }: Session, reads?: 'reads personal data'): UserNames => {
  const named = Object.entries(DEFAULT_NAMES).map(([variable, name]) => [
    variable,
    process.env[variable] ?? name,
  ]);
  const key =
    process.env['USER_MASTER_KEY'] ?? (target.kind === 'embedded' ? localMasterKey('user-data') : undefined);
  if (reads && !key) throw new NotifyError('INPUT.INVALID', 'USER_MASTER_KEY is not set.');
  // To forget takes no key.
  return { ...Object.fromEntries(named), USER_MASTER_KEY: key ?? 'none' } as UserNames;
};
