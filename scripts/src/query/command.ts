import { createNotifyClient } from '@notify/client';
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
import { signerOf } from '../session/sign.ts';
import type { Target } from '../session/target.ts';
import { createOutput, FORMATS, type Format, type Output } from './output.ts';

type Subject = 'user' | 'marketing' | 'transaction' | 'sns';

interface QueryArguments extends Readonly<Partial<Record<`${Subject}Id`, string>>> {
  readonly status?: string;
  readonly platform?: string;
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly limit?: number;
  readonly format: Format;
  readonly json?: boolean;
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
      .addOption(
        new Option('--format <format>', 'how they are written, page by page')
          .choices(FORMATS)
          .default('table'),
      )
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
  // Without an id it is a question of its own; who has narrowed it otherwise has said what is wanted.
  const saysEnough = isOfAll !== undefined && Object.keys(args).some((name) => name !== 'format');
  const id = about && (await createAsk(terminal, !saysEnough).text(about.what, args[about.option], isOfAll));
  // An empty id is for the API to refuse: without one, it would answer another question.
  const subject = about && id !== isOfAll ? { [about.parameter]: id } : {};
  const { status, platform, from, to, order, limit } = args;
  const filters = Object.fromEntries(
    Object.entries({ status, platform, from, to, order }).filter(([, value]) => value),
  );
  const query = { query_type: type, ...subject, ...filters } as QueryInput;
  terminal.progress.begin('notifications');
  try {
    const pages = pagesOf(target, query, limit, (items) => terminal.progress.advance(items));
    return args.json ? await collected(pages) : await written(pages, createOutput(args.format, terminal));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'ACCESS.DENIED')
      throw new NotifyError('TARGET.DENIED', `The API refused: ${error.detail}`, error);
    // Without credentials nothing was sent.
    if (error.status >= 500) throw isOfCredentials(error.cause) ? error.cause : error;
    throw new NotifyError(
      'INPUT.INVALID',
      `The API refused the query (${error.code}): ${error.detail}`,
      error,
    );
  }
};

const isOfCredentials = (cause: unknown): boolean =>
  cause instanceof Error && cause.name === 'CredentialsProviderError';

interface Found {
  readonly items: readonly Notification[];
  /** Whether there is more than was asked for. */
  readonly more: boolean;
}

/** All of it as one document. */
const collected = async (pages: AsyncIterable<Found>): Promise<Outcome> => {
  const items: Notification[] = [];
  let more = false;
  for await (const page of pages) {
    items.push(...page.items);
    more = page.more;
  }
  return { exitCode: EXIT.ok, result: { count: items.length, more, items }, show: () => {} };
};

/** Page by page, however many there are. */
const written = async (pages: AsyncIterable<Found>, output: Output): Promise<Outcome> => {
  let [found, read, more] = [0, 0, false];
  for await (const page of pages) {
    await output.write(page.items);
    found += page.items.length;
    read += 1;
    more = page.more;
  }
  await output.end(`count=${found} pages=${read}${more ? ' and more (--limit)' : ''}`);
  return { exitCode: EXIT.ok, result: { count: found, more }, show: () => {} };
};

/** What the query API gives, page by page: at most `limit` notifications. */
async function* pagesOf(
  target: Target,
  query: QueryInput,
  limit = Number.POSITIVE_INFINITY,
  onPage: (items: number) => void,
): AsyncGenerator<Found, void> {
  const client = createNotifyClient({ baseUrl: target.apiUrl ?? '', sign: signerOf(target) });
  let left = limit;
  let cursor: string | undefined;
  do {
    const page = await client.read({ ...query, limit: Math.min(MAX_PAGE, left), cursor });
    left -= page.items.length;
    cursor = page.nextCursor;
    onPage(page.items.length);
    yield { items: page.items, more: cursor !== undefined };
  } while (cursor !== undefined && left > 0);
}
