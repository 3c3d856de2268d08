import { isNotifyError } from '@notify/client';
import { useMessages } from '../i18n/language.tsx';

/** Grey bars where the rows will be. */
export const Loading = ({ rows = 6 }: { readonly rows?: number | undefined }) => {
  const { loading } = useMessages();
  return (
    <div className="skeleton" role="status">
      <span className="hidden">{loading}</span>
      {Array.from({ length: rows }, (_, index) => `bar ${index}`).map((bar) => (
        <i key={bar} />
      ))}
    </div>
  );
};

export const Empty = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: React.ReactNode;
}) => (
  <div className="empty">
    <svg aria-hidden="true" viewBox="0 0 64 64">
      <rect x="8" y="14" width="48" height="10" rx="4" />
      <rect x="8" y="29" width="34" height="10" rx="4" />
      <rect x="8" y="44" width="42" height="10" rx="4" />
    </svg>
    <h2>{title}</h2>
    <div>{children}</div>
  </div>
);

/** What went wrong, in words that say what to do, with the code that docs/errors.md explains. */
export const Failed = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) => {
  const { error: words } = useMessages();
  const failure = isNotifyError(error) ? error : undefined;
  const text =
    failure?.code === 'UPSTREAM.UNAVAILABLE'
      ? words.offline
      : failure?.code === 'UPSTREAM.TIMEOUT'
        ? words.late
        : (failure?.detail ?? String(error));
  return (
    <div className="failed" role="alert">
      <h2>{words.title}</h2>
      <p>{text}</p>
      {failure && (
        <p className="muted">
          {words.code} <code>{failure.code}</code>
        </p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          {words.retry}
        </button>
      )}
    </div>
  );
};
