import { createNotifyClient } from '@notify/client';
import { createRequestSigner } from '@notify/request-signing';
import {
  AppError,
  type Notification,
  PLATFORMS,
  type QueryInput,
  type QueryType,
  STATUSES,
} from '@notify/shared-domain';
import { type Command, Option } from 'commander';
import { addCommand } from '../session/add-command.ts';
import { count } from '../session/arguments.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { createAsk } from '../session/prompts.ts';
import type { Outcome, Session } from '../session/session.ts';

type Subject = 'user' | 'marketing' | 'transaction' | 'sns';

interface QueryArguments extends Readonly<Partial<Record<`${Subject}Id`, string>>> {
  readonly status?: string;
  readonly platform?: string;
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly limit?: number;
}

interface Question {
  readonly type: QueryType;
  /** What it is about, and the option that names it; the newest of all are about nothing in particular. */
  readonly about?: {
    readonly option: `${Subject}Id`;
    readonly flag: string;
    readonly parameter: string;
    readonly what: string;
  };
  readonly description: string;
}

const about = (name: Subject, what: string): NonNullable<Question['about']> => ({
  option: `${name}Id`,
  flag: `--${name}-id <id>`,
  parameter: `${name}_id`,
  what,
});

const QUESTIONS = {
  user: { type: 'user', about: about('user', 'User'), description: 'Notifications of a user' },
  marketing: {
    type: 'marketing',
    about: about('marketing', 'Campaign'),
    description: 'Notifications of a campaign',
  },
  transaction: {
    type: 'transaction',
    about: about('transaction', 'Transaction'),
    description: 'Notifications of a transaction',
  },
  latest: { type: 'transaction', description: 'The newest notifications of all, at most 50' },
  sns: { type: 'sns', about: about('sns', 'SNS message'), description: 'Notifications of an SNS message' },
  failures: {
    type: 'fail',
    about: about('transaction', 'Transaction (empty for all)'),
    description: 'Failures of a transaction, or all of them',
  },
} satisfies Record<string, Question>;

const MAX_PAGE = 1_000;

export const queryCommand = (program: Command): void => {
  const query = program.command('query').description('Ask the query API, over all its pages.');
  for (const name of Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]) {
    const { about, description }: Question = QUESTIONS[name];
    const command = query
      .command(name)
      .description(`${description}, newest first.`)
      .option('--api-url <url>', 'base URL of the query API (NOTIFY_API_URL)')
      .addOption(new Option('--platform <platform>').choices(PLATFORMS))
      .option('--from <time>', 'created at or after; milliseconds or ISO 8601')
      .option('--to <time>', 'created before')
      .addOption(new Option('--order <order>').choices(['desc', 'asc']))
      .option('--limit <n>', 'how many at most; all without it', count)
      .addHelpText('after', '\nExit codes: 0 answered, 2 the API refused the query, 3 it did not answer.');
    if (about) command.option(about.flag, about.what);
    if (name !== 'failures') command.addOption(new Option('--status <status>').choices(STATUSES));
    addCommand<QueryArguments>(command, (session, args) => runQuery(session, name, args));
  }
};

const runQuery = async (
  session: Session,
  name: keyof typeof QUESTIONS,
  args: QueryArguments,
): Promise<Outcome> => {
  const { terminal, target } = session;
  if (!target.apiUrl)
    throw new NotifyError('API.UNKNOWN', `Where the query API of ${target.name} is, is not known.`);
  const { type, about }: Question = QUESTIONS[name];
  const isOfAll = name === 'failures' ? '' : undefined;
  const id = about && (await createAsk(terminal, true).text(about.what, args[about.option], isOfAll));
  // An empty id is for the API to refuse: without one, it would answer another question.
  const subject = about && id !== isOfAll ? { [about.parameter]: id } : {};
  const { status, platform, from, to, order, limit } = args;
  const filters = Object.fromEntries(
    Object.entries({ status, platform, from, to, order }).filter(([, value]) => value),
  );
  terminal.progress.begin('notifications');
  try {
    const query = { query_type: type, ...subject, ...filters } as QueryInput;
    const found = await findAll(target.apiUrl, query, limit, (items) => terminal.progress.advance(items));
    terminal.progress.end();
    return {
      exitCode: EXIT.ok,
      result: { count: found.items.length, more: found.more, items: found.items },
      show: (shown) => {
        shown.table(
          ['created', 'transaction_id', 'user_id', 'marketing_id', 'status', 'platform', 'title'],
          found.items.map((item) => [
            new Date(item.created_at).toISOString(),
            item.transaction_id,
            item.user_id,
            item.marketing_id,
            item.status,
            item.platform,
            item.notification_title,
          ]),
        );
        shown.say(
          `count=${found.items.length} pages=${found.pages}${found.more ? ' and more (--limit)' : ''}`,
        );
      },
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    throw new NotifyError(
      'INPUT.INVALID',
      `The API refused the query (${error.code}): ${error.detail}`,
      error,
    );
  }
};

/** What the query API gives, over all its pages: at most `limit` notifications, and whether that has cut something off. */
const findAll = async (
  baseUrl: string,
  query: QueryInput,
  limit = Number.POSITIVE_INFINITY,
  onPage: (items: number) => void,
) => {
  const client = createNotifyClient({
    baseUrl,
    ...(process.env['NOTIFY_API_AUTHORIZATION'] === 'AWS_IAM' ? { sign: createRequestSigner() } : {}),
  });
  const items: Notification[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await client.read({ ...query, limit: Math.min(MAX_PAGE, limit - items.length), cursor });
    items.push(...page.items);
    pages += 1;
    onPage(page.items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, pages, more: cursor !== undefined };
};
