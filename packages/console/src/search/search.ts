import type { QueryInput, QueryType } from '@notify/client';
import {
  PLATFORMS,
  type Platform,
  routeOf,
  STATUSES,
  type Status,
  shellQuoted,
  toQueryParameters,
} from '@notify/shared-domain';

/** What is looked for, as it stands in the URL. */
export const KINDS = ['tx', 'fail', 'user', 'marketing', 'sns'] as const;
export type Kind = (typeof KINDS)[number];

export interface Search {
  /** Without it, a transaction, or the newest of all. */
  readonly by?: Exclude<Kind, 'tx'>;
  readonly id?: string;
  readonly status?: Status;
  readonly platform?: Platform;
  /** Local date and time, as `<input type="datetime-local">` gives it. */
  readonly from?: string;
  readonly to?: string;
  readonly order?: 'asc';
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === value);

/** Reads the URL's search. What it does not know it leaves out, so that an old link still opens. */
export const readSearch = (raw: Record<string, unknown>): Search => {
  const text = (name: string) => {
    const value = raw[name];
    return value === undefined || value === null || value === '' ? undefined : String(value);
  };
  const by = oneOf(KINDS, raw['by']);
  return defined({
    by: by === 'tx' ? undefined : by,
    id: text('id'),
    status: oneOf(STATUSES, raw['status']),
    platform: oneOf(PLATFORMS, raw['platform']),
    from: text('from'),
    to: text('to'),
    order: raw['order'] === 'asc' ? 'asc' : undefined,
  });
};

/** Without the members that are undefined: they shall not stand in the URL. */
export const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;

/** Whether the query can be asked: there are the newest of all, and all failures; the others need an id. */
export const isComplete = ({ by, id }: Search): boolean =>
  by === undefined || by === 'fail' || id !== undefined;

/** Whether it is the newest of all that are shown, whatever transaction they are of. */
export const isLatest = ({ by, id }: Search): boolean => by === undefined && id === undefined;

const QUERIES = {
  tx: { query_type: 'transaction', id: 'transaction_id' },
  user: { query_type: 'user', id: 'user_id' },
  marketing: { query_type: 'marketing', id: 'marketing_id' },
  sns: { query_type: 'sns', id: 'sns_id' },
  fail: { query_type: 'fail', id: 'transaction_id' },
} as const satisfies Record<Kind, { query_type: QueryType; id: string }>;

/** What the API is asked, without `limit` and `cursor`. */
export const toQuery = (search: Search): QueryInput => {
  const { by = 'tx' } = search;
  const instant = (local: string | undefined) => {
    const ms = local === undefined ? Number.NaN : new Date(local).getTime();
    return Number.isNaN(ms) ? undefined : ms;
  };
  const { query_type, id } = QUERIES[by];
  return defined({
    query_type,
    [id]: search.id,
    status: by === 'fail' ? undefined : search.status,
    platform: search.platform,
    from: instant(search.from),
    to: instant(search.to),
    order: search.order,
  }) as QueryInput;
};

/** Where the API is asked that. */
export const toPath = (query: QueryInput): string => {
  const parameters = toQueryParameters(query).toString();
  return `${routeOf(query.query_type).path}${parameters === '' ? '' : `?${parameters}`}`;
};

const COMMANDS = {
  tx: 'transaction',
  user: 'user',
  marketing: 'marketing',
  sns: 'sns',
  fail: 'failures',
} as const satisfies Record<Kind, string>;

/** The `notify` command that shows the same. */
export const toCommand = (search: Search): string => {
  const options = [...toQueryParameters(toQuery(search))].map(
    ([name, value]) => `--${name.replaceAll('_', '-')} ${shellQuoted(value)}`,
  );
  const command = isLatest(search) ? 'latest' : COMMANDS[search.by ?? 'tx'];
  return ['npx --yes pnpm@12 notify query', command, ...options].join(' ');
};
