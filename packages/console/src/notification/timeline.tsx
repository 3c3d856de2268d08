import type { Notification } from '@notify/client';
import { useFormat, useMessages } from '../i18n/language.tsx';

interface TimelineProps {
  readonly row: Notification;
}

/** When the notification was written, sent, and delivered or failed, each with what it took since the one before. */
export const Timeline = ({ row }: TimelineProps) => {
  const { notification: words } = useMessages();
  const { time, duration } = useFormat();
  const failed = row.status === 'FAILED';
  const steps = [
    { name: words.created, ms: row.created_at, tone: 'info' },
    { name: words.sent, ms: row.send_ts ?? undefined, tone: 'info' },
    failed
      ? { name: words.failed, ms: row.failed_ts ?? undefined, tone: 'bad' }
      : { name: words.delivered, ms: row.delivered_ts ?? undefined, tone: 'good' },
  ];
  let before: number | undefined;
  return (
    <ol className="timeline">
      {steps.map(({ name, ms, tone }) => {
        const took =
          ms !== undefined && before !== undefined && ms > before ? duration(ms - before) : undefined;
        before = ms ?? before;
        return (
          <li key={name} className={ms === undefined ? 'open' : tone}>
            <strong>{name}</strong>
            {ms === undefined ? (
              <span className="muted">{words.pending}</span>
            ) : (
              <time dateTime={new Date(ms).toISOString()}>{time(ms)}</time>
            )}
            {took && <span className="muted">+{took}</span>}
          </li>
        );
      })}
    </ol>
  );
};
