import { useFormat, useLanguage } from '../i18n/language.tsx';

interface HoursProps {
  readonly hours: readonly { readonly hour: string; readonly count: number }[];
  readonly label: string;
}

const HEIGHT = 140;
/** Bars of fewer hours are no wider than of so many. */
const FEW = 24;

/** A bar for each hour, oldest first. Many hours are drawn narrower, not left out. */
export const Hours = ({ hours, label }: HoursProps) => {
  const { number } = useFormat();
  const { language } = useLanguage();
  const name = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit' });
  if (hours.length === 0) return <p className="muted">–</p>;
  const sorted = [...hours].sort((a, b) => a.hour.localeCompare(b.hour));
  const most = Math.max(...sorted.map(({ count }) => count));
  const first = sorted[0];
  const last = sorted.at(-1);
  return (
    <figure className="hours">
      <svg
        viewBox={`0 0 ${Math.max(sorted.length, FEW) * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {sorted.map(({ hour, count }, index) => {
          const height = Math.max(1, (count / most) * (HEIGHT - 4));
          return (
            <rect key={hour} x={index * 10 + 1} y={HEIGHT - height} width="8" height={height}>
              <title>{`${name.format(new Date(hour))}: ${number(count)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="muted">
        <span>{first && name.format(new Date(first.hour))}</span>
        <span>{number(most)} max</span>
        <span>{sorted.length > 1 && last && name.format(new Date(last.hour))}</span>
      </figcaption>
    </figure>
  );
};
