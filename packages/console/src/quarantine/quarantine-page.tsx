import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Command, Terminal } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { shellQuoted } from '../search/search.ts';

const LIVE_MS = 5_000;
const PAGE_ENTRIES = 20;

export const QuarantinePage = () => {
  const { quarantine: words } = useMessages();
  const found = useQuery({
    queryKey: ['causes'],
    queryFn: ({ signal }) => client.report({ query_type: 'status' }, { signal }),
    refetchInterval: LIVE_MS,
  });
  const causes = found.data?.data.quarantine;
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      {found.isPending ? (
        <Loading rows={3} />
      ) : causes === undefined ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : causes.length === 0 ? (
        <Empty title={words.emptyTitle}>{words.empty}</Empty>
      ) : (
        causes.map((cause) => <Cause key={cause.code} {...cause} />)
      )}
      <Terminal path="/quarantine" command="npx --yes pnpm@12 notify quarantine list" />
    </section>
  );
};

const Cause = ({ code, count }: { readonly code: string; readonly count: number }) => {
  const { quarantine: words } = useMessages();
  const { number } = useFormat();
  return (
    <article className="card" aria-label={code}>
      <div className="head">
        <h2 className="mono">{code}</h2>
        <span className="big">{number(count)}</span>
      </div>
      <Entries code={code} />
      <h2>{words.dryRun}</h2>
      <Command text={`npx --yes pnpm@12 notify redrive --error-code ${shellQuoted(code)} --dry-run`} />
    </article>
  );
};

const Entries = ({ code }: { readonly code: string }) => {
  const { quarantine: words } = useMessages();
  const { time } = useFormat();
  const found = useInfiniteQuery({
    queryKey: ['entries', code],
    queryFn: ({ pageParam: cursor, signal }) =>
      client.report({ query_type: 'quarantine', code, limit: PAGE_ENTRIES, cursor }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: LIVE_MS,
  });
  if (found.isPending) return <Loading rows={2} />;
  if (found.data === undefined) return <Failed error={found.error} retry={() => found.refetch()} />;
  const entries = found.data.pages.flatMap(({ data }) => data);
  return (
    <>
      <div className="scroll-x">
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{words.of}</th>
              <th scope="col">{words.detail}</th>
              <th scope="col">{words.seen}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ table_key, version, transaction_id, created_at, detail, first_seen }) => (
              <tr key={`${table_key} ${version}`}>
                <th scope="row">
                  {transaction_id === null ? (
                    table_key
                  ) : (
                    <Link
                      to="/notification/$transactionId"
                      params={{ transactionId: transaction_id }}
                      search={created_at === null ? {} : { created_at }}
                    >
                      {transaction_id}
                    </Link>
                  )}
                </th>
                <td className="why">{detail}</td>
                <td>{time(Date.parse(first_seen))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.hasNextPage && (
        <button type="button" onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {words.more}
        </button>
      )}
    </>
  );
};
