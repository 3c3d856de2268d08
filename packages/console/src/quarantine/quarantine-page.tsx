import { useQuery } from '@tanstack/react-query';
import { askStatus } from '../api/api.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Command, Terminal } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { shellQuoted } from '../search/search.ts';

const LIVE_MS = 5_000;

export const QuarantinePage = () => {
  const { quarantine: words } = useMessages();
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => askStatus(signal),
    refetchInterval: LIVE_MS,
  });
  const causes = [...(found.data?.quarantine ?? [])].sort((a, b) => b.count - a.count);
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      {found.isPending ? (
        <Loading rows={3} />
      ) : found.isError && !found.data ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : causes.length === 0 ? (
        <Empty title={words.emptyTitle}>{words.empty}</Empty>
      ) : (
        causes.map(({ code, count }) => (
          <article key={code} className="card" aria-label={code}>
            <div className="head">
              <h2 className="mono">{code}</h2>
              <span className="big">{number(count)}</span>
            </div>
            <p className="muted">{words.list}</p>
            <Command text={`npx --yes pnpm@12 notify quarantine list --cause ${shellQuoted(code)}`} />
            <p className="muted">{words.dryRun}</p>
            <Command text={`npx --yes pnpm@12 notify redrive --cause ${shellQuoted(code)} --dry-run`} />
          </article>
        ))
      )}
      <Terminal path="/status" command="npx --yes pnpm@12 notify quarantine causes" />
    </section>
  );
};
