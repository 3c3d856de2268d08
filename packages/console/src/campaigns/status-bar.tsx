import type { CampaignSummary } from '@notify/client';
import { useFormat, useMessages } from '../i18n/language.tsx';

interface StatusBarProps {
  readonly counts: CampaignSummary['by_status'];
  readonly total: number;
}

/** How the notifications of a campaign stand, as shares of one bar. */
export const StatusBar = ({ counts, total }: StatusBarProps) => {
  const { campaigns: words } = useMessages();
  const { number } = useFormat();
  const parts = [
    { tone: 'good', name: words.delivered, count: counts.DELIVERED },
    { tone: 'info', name: words.sent, count: counts.SENT },
    { tone: 'bad', name: words.failed, count: counts.FAILED },
  ];
  return (
    <span
      className="bar"
      role="img"
      aria-label={parts.map(({ name, count }) => `${name} ${number(count)}`).join(', ')}
    >
      {total > 0 &&
        parts.map(({ tone, name, count }) => (
          <i key={tone} className={tone} title={`${name} ${number(count)}`} style={{ flexGrow: count }} />
        ))}
    </span>
  );
};
