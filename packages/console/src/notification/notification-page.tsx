import type { Notification } from '@notify/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { StatusBadge } from '../parts/badges.tsx';
import { Terminal } from '../parts/copy.tsx';
import { BackIcon } from '../parts/icons.tsx';
import { masked } from '../parts/mask.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { toCommand, toPath } from '../search/search.ts';
import { Timeline } from './timeline.tsx';

const LIVE_MS = 2_000;

export const NotificationPage = () => {
  const { transactionId } = useParams({ from: '/notification/$transactionId' });
  const { created_at } = useSearch({ from: '/notification/$transactionId' });
  const { notification: words, nav } = useMessages();
  const { time } = useFormat();
  const found = useQuery({
    queryKey: ['transaction', transactionId, created_at],
    queryFn: ({ signal }) =>
      client.read(
        { query_type: 'transaction', transaction_id: transactionId, ...momentOf(created_at) },
        { signal },
      ),
    refetchInterval: LIVE_MS,
  });
  return (
    <section className="page notification">
      <Link to="/" className="back">
        <BackIcon /> {nav.search}
      </Link>
      <h1 className="mono">{transactionId}</h1>
      {found.isPending ? (
        <Loading />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty title={words.missingTitle}>{words.missing}</Empty>
      ) : (
        <>
          {found.data.items.length > 1 && <p className="muted">{words.several(found.data.items.length)}</p>}
          {found.data.items.map((row) => (
            <article key={row.created_at} aria-label={time(row.created_at)}>
              <One row={row} />
            </article>
          ))}
          <Terminal
            path={toPath({ query_type: 'transaction', transaction_id: transactionId })}
            command={toCommand({ id: transactionId })}
          />
        </>
      )}
    </section>
  );
};

/** One of the notifications of a transaction, where it is named by its time. */
const momentOf = (created_at: number | undefined) =>
  created_at === undefined ? {} : { from: created_at, to: created_at + 1 };

const One = ({ row }: { readonly row: Notification }) => {
  const { notification: words } = useMessages();
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return (
    <>
      <div className="card">
        <div className="lead">
          <StatusBadge status={row.status} />
          <strong>{row.notification_title || '–'}</strong>
        </div>
        {row.notification_body && <p>{row.notification_body}</p>}
        {row.error_msg && <p className="wrong">{row.error_msg}</p>}
        <h2>{words.timeline}</h2>
        <Timeline row={row} />
      </div>
      <div className="card flush scroll-x">
        <table className="fields">
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.row}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{name === 'token' ? masked(String(value)) : shown(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
