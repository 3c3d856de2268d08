/** What is looked for, as it stands in the URL. */
export const KINDS = ['tx', 'fail', 'user', 'marketing', 'sns'] as const;
export type Kind = (typeof KINDS)[number];
export const STATUSES = ['SENT', 'DELIVERED', 'FAILED'] as const;
export const PLATFORMS = ['IOS', 'ANDROID', 'WEBPUSH'] as const;

export interface Search {
  /** Without it, a transaction, or the newest of all. */
  readonly by?: Exclude<Kind, 'tx'>;
  readonly id?: string;
  readonly status?: (typeof STATUSES)[number];
  readonly platform?: (typeof PLATFORMS)[number];
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

const ROUTES = {
  tx: '/tx',
  user: '/query/user',
  marketing: '/query/marketing',
  sns: '/sns',
  fail: '/fail',
} as const;
const ID_NAMES = {
  tx: 'transaction_id',
  user: 'user_id',
  marketing: 'marketing_id',
  sns: 'sns_id',
  fail: 'transaction_id',
} as const;

/** Path and parameters of the query, without `limit` and `cursor`. */
export const toRequest = (
  search: Search,
): { readonly path: string; readonly parameters: URLSearchParams } => {
  const { by = 'tx', id } = search;
  const instant = (local: string | undefined) => {
    const ms = local === undefined ? Number.NaN : new Date(local).getTime();
    return Number.isNaN(ms) ? undefined : String(ms);
  };
  const parameters = {
    [ID_NAMES[by]]: id,
    status: by === 'fail' ? undefined : search.status,
    platform: search.platform,
    from: instant(search.from),
    to: instant(search.to),
    order: search.order,
  };
  return {
    path: ROUTES[by],
    parameters: new URLSearchParams(defined(parameters) as Record<string, string>),
  };
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
  const { parameters } = toRequest(search);
  const options = [...parameters].map(
    ([name, value]) => `--${name.replaceAll('_', '-')} ${shellQuoted(value)}`,
  );
  const command = isLatest(search) ? 'latest' : COMMANDS[search.by ?? 'tx'];
  return ['npx --yes pnpm@12 notify query', command, ...options].join(' ');
};

/** Text as one word of a POSIX shell. */
export const shellQuoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
