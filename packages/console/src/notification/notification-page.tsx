import type { Explanation } from '@notify/client';
import { reportRouteOf, toQueryParameters } from '@notify/shared-domain';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked } from '../parts/asked.tsx';
import { Badge, StatusBadge } from '../parts/badges.tsx';
import { Command, Terminal } from '../parts/copy.tsx';
import { BackIcon } from '../parts/icons.tsx';
import { Empty } from '../parts/states.tsx';
import { toCommand } from '../search/search.ts';
import { Comparison } from './comparison.tsx';
import { Timeline } from './timeline.tsx';

const LIVE_MS = 2_000;
const MOST = 20;

export const NotificationPage = () => {
  const { transactionId } = useParams({ from: '/notification/$transactionId' });
  const { created_at } = useSearch({ from: '/notification/$transactionId' });
  const { nav } = useMessages();
  const moment = created_at === undefined ? {} : { created_at };
  const question = { query_type: 'explain', transaction_id: transactionId, ...moment } as const;
  const found = useQuery({
    queryKey: [question],
    queryFn: ({ signal }) => client.report({ ...question, limit: MOST }, { signal }),
    refetchInterval: LIVE_MS,
  });
  return (
    <section className="page notification">
      <Link to="/" className="back">
        <BackIcon /> {nav.search}
      </Link>
      <h1 className="mono">{transactionId}</h1>
      <Asked found={found}>
        {({ data, next_cursor }) => <Explanations explanations={data} hasMore={next_cursor !== undefined} />}
      </Asked>
      <Terminal
        path={`${reportRouteOf('explain').path}?${toQueryParameters(question)}`}
        command={toCommand({ id: transactionId })}
      />
    </section>
  );
};

interface ExplanationsProps {
  readonly explanations: readonly Explanation[];
  readonly hasMore: boolean;
}

const Explanations = ({ explanations, hasMore }: ExplanationsProps) => {
  const { notification: words } = useMessages();
  const { number, time } = useFormat();
  const [first] = explanations;
  if (first === undefined || (explanations.length === 1 && first.state === 'unknown'))
    return <Empty title={words.missingTitle}>{words.missing}</Empty>;
  return (
    <>
      {explanations.length > 1 && (
        <p className="muted">
          {words.several(`${number(explanations.length)}${hasMore ? '+' : ''}`)} ·{' '}
          <Link to="/" search={{ id: first.transaction_id }}>
            {words.all}
          </Link>
        </p>
      )}
      {explanations.map((explanation) => (
        <article
          key={explanation.created_at}
          aria-label={explanation.created_at === null ? '–' : time(explanation.created_at)}
        >
          <Explained explanation={explanation} />
        </article>
      ))}
    </>
  );
};

const TONES = {
  'in step': 'good',
  'on its way': 'info',
  'set aside': 'warn',
  differs: 'bad',
  unknown: 'plain',
} as const satisfies Record<Explanation['state'], string>;

const Explained = ({ explanation }: { readonly explanation: Explanation }) => {
  const { notification: words } = useMessages();
  const { duration } = useFormat();
  const { state, reason, version, delay_ms, remedy, row, command, created_at } = explanation;
  const record = row ?? command ?? {};
  const text = (name: string) => (record[name] === undefined ? undefined : String(record[name]));
  return (
    <>
      <div className="card">
        <div className="lead">
          <StatusBadge status={text('status')} />
          <strong>{text('notification_title') || '–'}</strong>
        </div>
        {text('notification_body') && <p>{text('notification_body')}</p>}
        {text('error_msg') && <p className="wrong">{text('error_msg')}</p>}
        <h2>{words.timeline}</h2>
        <Timeline record={record} createdAt={created_at} />
      </div>
      <div className="card verdict">
        <div>
          <Badge tone={TONES[state]}>{words.states[state]}</Badge>
          {reason && <code>{reason}</code>}
          <p>{words.stateHelp[state]}</p>
        </div>
        <dl className="facts">
          {delay_ms !== null && (
            <div>
              <dt>{words.waiting}</dt>
              <dd>{duration(delay_ms)}</dd>
            </div>
          )}
          <div>
            <dt>{words.version}</dt>
            <dd className="mono">{version?.replace(/^0+(?=.)/, '') ?? '–'}</dd>
          </div>
        </dl>
        {remedy && (
          <div className="remedy">
            <h2>{words.remedy}</h2>
            <Command text={`npx --yes pnpm@12 ${remedy}`} />
          </div>
        )}
      </div>
      <Comparison explanation={explanation} />
    </>
  );
};
