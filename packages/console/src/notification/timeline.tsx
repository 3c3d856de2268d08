import type { Explanation } from '@notify/client';
import { useFormat, useMessages } from '../i18n/language.tsx';

interface TimelineProps {
  readonly record: NonNullable<Explanation['row']>;
  readonly createdAt: number | null;
}

/** When the notification was written, sent, and delivered or failed, each with what it took since the one before. */
export const Timeline = ({ record, createdAt }: TimelineProps) => {
  const { notification: words } = useMessages();
  const { time, duration } = useFormat();
  const failed = record['status'] === 'FAILED';
  const at = (name: string) => (typeof record[name] === 'number' ? record[name] : undefined);
  const steps = [
    { name: words.created, ms: createdAt ?? undefined, tone: 'info' },
    { name: words.sent, ms: at('send_ts'), tone: 'info' },
    failed
      ? { name: words.failed, ms: at('failed_ts'), tone: 'bad' }
      : { name: words.delivered, ms: at('delivered_ts'), tone: 'good' },
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
