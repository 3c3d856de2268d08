import { CAMPAIGN_PROJECTION } from '@notify/campaign-statistics';
import { explain, keysOfTransaction, ROW_PROJECTION, unknownTransaction } from '@notify/read-model';
import type { Explanation } from '@notify/shared-domain';
import { readPulses } from '@notify/stream-projection';
import type { Command } from 'commander';
import { readPlacement } from '../records/read-model.ts';
import { addCommand } from '../session/add-command.ts';
import { count, instant } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import type { Outcome, Session } from '../session/session.ts';
import type { Terminal } from '../session/terminal.ts';

interface ExplainArguments {
  readonly private?: boolean;
  readonly limit: number;
}

export const explainCommand = (program: Command): void => {
  const command = program
    .command('explain <transaction_id> [created_at]')
    .description(
      'What became of a notification: its command, its row, what lies between them, and what mends it.',
    )
    .option('--private', 'with device token and payload, and long texts to their end')
    .option('--limit <n>', 'without created_at: how many of the transaction, the newest first', count, 20)
    .addHelpText(
      'after',
      '\nStates: in step, on its way, set aside: code, differs: what, unknown.' +
        '\nExit codes: 0 all in step, 1 some are not.',
    );
  addCommand<ExplainArguments>(command, (session, args) =>
    runExplain(session, command.args[0] ?? '', command.args[1], args),
  );
};

const runExplain = async (
  session: Session,
  transactionId: string,
  createdAt: string | undefined,
  { private: showsPrivate = false, limit }: ExplainArguments,
): Promise<Outcome> => {
  if (transactionId === '') throw new NotifyError('INPUT.INVALID', 'Say which transaction.');
  const explanations = await explanationsOf(session, transactionId, createdAt, limit, showsPrivate);
  return {
    exitCode: explanations.every(({ state }) => state === 'in step') ? EXIT.ok : EXIT.attention,
    result: explanations,
    show: (terminal) => {
      for (const explanation of explanations) show(terminal, explanation);
      const states = new Map<string, number>();
      for (const { state } of explanations) states.set(state, (states.get(state) ?? 0) + 1);
      const counts = Array.from(states, ([state, many]) => ` ${state.replaceAll(' ', '_')}=${many}`);
      terminal.say(`notifications=${explanations.length}${counts.join('')}`);
    },
  };
};

/** What became of one notification, or of the newest of a transaction. */
export const explanationsOf = async (
  { dynamodb, tables }: Session,
  transactionId: string,
  createdAt: string | undefined,
  limit: number,
  showsPrivate = false,
): Promise<Explanation[]> => {
  const { active } = await readPlacement({ dynamodb, tables });
  const lookedAt = { commands: tables.commands, quarantine: tables.quarantine, rows: active };
  const keys =
    createdAt === undefined
      ? await keysOfTransaction(dynamodb, lookedAt, transactionId, limit, undefined)
      : [{ transaction_id: transactionId, created_at: String(instant(createdAt)) }];
  if (keys.length === 0) return [unknownTransaction(transactionId)];
  const [pulse] = await readPulses(
    dynamodb,
    tables.positions,
    [ROW_PROJECTION, CAMPAIGN_PROJECTION],
    Date.now(),
  );
  return explain(dynamodb, lookedAt, keys, {
    pulse: pulse ?? { lagMs: undefined, lastRecordAt: undefined },
    showsPrivate,
  });
};

const show = (terminal: Terminal, explanation: Explanation): void => {
  const { transaction_id, created_at, state, reason, command, row, version, delay_ms } = explanation;
  terminal.say(`${transaction_id} ${created_at ?? ''}: ${reason === null ? state : `${state}: ${reason}`}`);
  const differing = new Set(explanation.differences.map(({ field }) => field));
  const fields = [...new Set([...Object.keys(command ?? {}), ...Object.keys(row ?? {})])].sort();
  if (fields.length > 0) {
    terminal.table(
      ['attribute', 'command', 'row', ''],
      fields.map((field) => [field, command?.[field], row?.[field], differing.has(field) ? 'differs' : '']),
    );
  }
  if (explanation.differences.length > 0) {
    terminal.table(
      ['differs', 'should be', 'is'],
      explanation.differences.map(({ field, expected, actual }) => [field, expected, actual]),
    );
  }
  if (explanation.quarantine.length > 0) {
    terminal.table(
      ['quarantined', 'code', 'detail'],
      explanation.quarantine.map(({ first_seen, code, detail }) => [first_seen, code, detail]),
    );
  }
  if (version !== null) terminal.say(`version: ${version}`);
  if (delay_ms !== null) terminal.say(`waiting for: ${delay_ms} ms`);
  if (explanation.remedy !== null) terminal.say(`what to do: ${explanation.remedy}`);
};
