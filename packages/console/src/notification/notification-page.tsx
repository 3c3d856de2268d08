import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { askExplanations, type Explanation } from '../api/api.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Badge, StatusBadge } from '../parts/badges.tsx';
import { Command, Terminal } from '../parts/copy.tsx';
import { BackIcon } from '../parts/icons.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { shellQuoted } from '../search/search.ts';
import { Comparison } from './comparison.tsx';
import { Timeline } from './timeline.tsx';

const LIVE_MS = 2_000;

export const NotificationPage = () => {
  const { transactionId } = useParams({ from: '/notification/$transactionId' });
  const { created_at } = useSearch({ from: '/notification/$transactionId' });
  const { notification: words, nav } = useMessages();
  const { time } = useFormat();
  const explained = useQuery({
    queryKey: ['explain', transactionId, created_at],
    queryFn: ({ signal }) => askExplanations(transactionId, created_at, signal),
    refetchInterval: LIVE_MS,
  });
  const parameters = new URLSearchParams({ transaction_id: transactionId });
  if (created_at !== undefined) parameters.set('created_at', String(created_at));
  return (
    <section className="page notification">
      <Link to="/" className="back">
        <BackIcon /> {nav.search}
      </Link>
      <h1 className="mono">{transactionId}</h1>
      {explained.isPending ? (
        <Loading />
      ) : explained.isError ? (
        <Failed error={explained.error} retry={() => explained.refetch()} />
      ) : explained.data.length === 0 ? (
        <Empty title={words.missingTitle}>{words.missing}</Empty>
      ) : (
        <>
          {explained.data.length > 1 && <p className="muted">{words.several(explained.data.length)}</p>}
          {explained.data.map((explanation) => (
            <article key={explanation.created_at} aria-label={time(explanation.created_at)}>
              <Explained explanation={explanation} />
            </article>
          ))}
          <Terminal
            path={`/explain?${parameters}`}
            command={`npx --yes pnpm@12 notify explain ${shellQuoted(transactionId)}${created_at === undefined ? '' : ` ${created_at}`}`}
          />
        </>
      )}
    </section>
  );
};

const TONES: Readonly<Record<string, string>> = {
  'in step': 'good',
  'on its way': 'info',
  'set aside': 'warn',
  differs: 'bad',
};

/** `set aside: RECORD.INVALID` and `differs: status` name their reason after a colon. */
const splitState = (state: string): readonly [kind: string, reason: string | undefined] => {
  const [kind = state, reason] = state.split(/:\s*/, 2);
  return [kind, reason];
};

const Explained = ({ explanation }: { readonly explanation: Explanation }) => {
  const { notification: words } = useMessages();
  const { duration } = useFormat();
  const [kind, reason] = splitState(explanation.state);
  const known = kind as keyof typeof words.states;
  const record = explanation.row ?? explanation.command ?? {};
  return (
    <>
      <div className="card verdict">
        <div>
          <Badge tone={TONES[kind] ?? 'plain'}>{words.states[known] ?? kind}</Badge>
          {reason && <code>{reason}</code>}
          <p>{words.stateHelp[known] ?? explanation.state}</p>
        </div>
        <dl className="facts">
          <div>
            <dt>{words.projected}</dt>
            <dd>{explanation.delay_ms === null ? '–' : duration(explanation.delay_ms)}</dd>
          </div>
          <div>
            <dt>{words.version}</dt>
            <dd className="mono">{String(explanation.row?.['version'] ?? '–').replace(/^0+(?=.)/, '')}</dd>
          </div>
        </dl>
      </div>
      <div className="card">
        <div className="lead">
          <StatusBadge status={text(record['status'])} />
          <strong>{text(record['notification_title']) ?? '–'}</strong>
        </div>
        {text(record['notification_body']) && <p>{text(record['notification_body'])}</p>}
        {text(record['error_msg']) && <p className="wrong">{text(record['error_msg'])}</p>}
        <h2>{words.timeline}</h2>
        <Timeline record={record} createdAt={explanation.created_at} />
      </div>
      {explanation.remedy && (
        <div className="card">
          <h2>{words.remedy}</h2>
          <Command text={explanation.remedy} />
        </div>
      )}
      <Comparison explanation={explanation} />
    </>
  );
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
