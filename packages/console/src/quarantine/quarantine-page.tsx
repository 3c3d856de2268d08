import { shellQuoted } from '@notify/shared-domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { usePages } from '../api/use-pages.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked, More } from '../parts/asked.tsx';
import { Command, Terminal } from '../parts/copy.tsx';
import { Empty } from '../parts/states.tsx';

const LIVE_MS = 5_000;
const PAGE_ENTRIES = 20;

export const QuarantinePage = () => {
  const { quarantine: words } = useMessages();
  const found = useQuery({
    queryKey: ['causes'],
    queryFn: ({ signal }) => client.report({ query_type: 'status' }, { signal }),
    refetchInterval: LIVE_MS,
  });
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      <Asked found={found} rows={3}>
        {({ data: { quarantine: causes } }) =>
          causes.length === 0 ? (
            <Empty title={words.emptyTitle}>{words.empty}</Empty>
          ) : (
            causes.map((cause) => <Cause key={cause.code} {...cause} />)
          )
        }
      </Asked>
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
      <Command text={`npx --yes pnpm@12 notify redrive --cause ${shellQuoted(code)} --dry-run`} />
    </article>
  );
};

const Entries = ({ code }: { readonly code: string }) => {
  const { quarantine: words } = useMessages();
  const { time } = useFormat();
  const found = usePages(['entries', code], (cursor, signal) =>
    client.report({ query_type: 'quarantine', code, limit: PAGE_ENTRIES, cursor }, { signal }),
  );
  return (
    <Asked found={found} rows={2}>
      {({ pages }) => (
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
                {pages
                  .flatMap(({ data }) => data)
                  .map(({ table_key, version, transaction_id, created_at, detail, first_seen }) => (
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
          <More found={found} />
        </>
      )}
    </Asked>
  );
};
