import { useFormat } from '../i18n/language.tsx';

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Null where nothing is known. */
  readonly value: number | null;
}

interface PlotProps {
  readonly label: string;
  readonly points: readonly Point[];
  /** How long a time the plot spans, its end being the newest point. */
  readonly spanMs: number;
  readonly format: (value: number) => string;
}

const WIDTH = 400;
const HEIGHT = 110;

/** A line over the time, as wide as its place, from zero to the greatest value. */
export const Plot = ({ label, points, spanMs, format }: PlotProps) => {
  const { clock } = useFormat();
  const end = points.at(-1)?.at ?? 0;
  const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
  const drawn = runs(points).map((run) =>
    run.map(({ at, value }) => [
      WIDTH - ((end - at) / spanMs) * WIDTH,
      HEIGHT - 1 - ((value ?? 0) / most) * (HEIGHT - 6),
    ]),
  );
  return (
    <figure className="plot">
      <figcaption className="muted">
        <span>{label}</span>
        <span>{format(most)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} x1="0" x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        {drawn.map((run) => {
          const [first, last] = [run[0]?.[0] ?? 0, run.at(-1)?.[0] ?? 0];
          const line = run.map((place) => place.join(' ')).join('L');
          return (
            <g key={first - last}>
              <path className="area" d={`M${first} ${HEIGHT}L${line}L${last} ${HEIGHT}Z`} />
              <path className="line" d={`M${line}L${run.at(-1)?.join(' ')}`} />
            </g>
          );
        })}
      </svg>
      <figcaption className="muted">
        <span>{end > 0 && clock(end - spanMs)}</span>
        <span>{end > 0 && clock(end)}</span>
      </figcaption>
    </figure>
  );
};

/** The stretches in which something is known. */
const runs = (points: readonly Point[]): readonly (readonly Point[])[] => {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (point.value === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((run) => run.length > 0);
};
