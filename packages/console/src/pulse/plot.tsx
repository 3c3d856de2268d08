import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface PlotProps {
  readonly label: string;
  /** Seconds since 1970, and the value then. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
  readonly format: (value: number) => string;
}

const HEIGHT = 150;

/** A line over the time, as wide as its place. */
export const Plot = ({ label, points, format }: PlotProps) => {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(format);
  latest.current = format;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = {
      stroke: () => colour('--muted'),
      grid: { stroke: () => colour('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    const drawn = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] } },
        axes: [
          axis,
          { ...axis, size: 62, values: (_, values) => values.map((value) => latest.current(value)) },
        ],
        series: [
          {},
          {
            stroke: () => colour('--accent'),
            fill: () => colour('--accent-soft'),
            width: 1.6,
            points: { show: false },
          },
        ],
      },
      [[], []],
      element,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) drawn.setSize({ width: Math.max(120, entry.contentRect.width), height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
    };
  }, []);

  useEffect(() => {
    plot.current?.setData([points.map(([at]) => at), points.map(([, value]) => value)]);
  }, [points]);

  return (
    <figure className="plot">
      <figcaption className="muted">{label}</figcaption>
      <div ref={place} role="img" aria-label={label} />
    </figure>
  );
};
