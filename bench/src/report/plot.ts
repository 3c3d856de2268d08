import { shareOf } from './bounds.ts';
import type { Summary } from './figures.ts';

const ROW = 26;
const LEFT = 300;
const WIDTH = 760;
/** A share of 1.5 ends at the right edge; what is above is cut there. */
const SCALE = (WIDTH - LEFT - 20) / 1.5;

/** Each figure that has a bound as a bar, from its least to its most as a line, against the bound at 1. */
export const plot = (summaries: readonly Summary[]): string => {
  const bars = summaries.flatMap((summary) => {
    const share = shareOf(summary.figure, summary.median);
    return share === undefined ? [] : [{ ...summary, share }];
  });
  const height = (bars.length + 2) * ROW;
  const x = (share: number): string => (LEFT + Math.min(share, 1.5) * SCALE).toFixed(1);
  const rows = bars.map(({ figure, median, least, most, share }, index) => {
    const top = (index + 1) * ROW;
    const ends = [least, most].map((value) => x(shareOf(figure, value) ?? 0));
    return [
      `<text x="${LEFT - 8}" y="${top + 12}" text-anchor="end">${figure}</text>`,
      `<rect class="${share <= 1 ? 'held' : 'broken'}" x="${LEFT}" y="${top}" width="${(Number(x(share)) - LEFT).toFixed(1)}" height="16" rx="2"/>`,
      `<line class="spread" x1="${ends[0]}" x2="${ends[1]}" y1="${top + 8}" y2="${top + 8}"/>`,
      `<text class="value" x="${LEFT + 6}" y="${top + 12}">${median}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Figures against their bounds">
<style>
text { font: 12px ui-monospace, monospace; fill: #1f2937 } .held { fill: #86c5a4 } .broken { fill: #f0a868 } .value { font-weight: 600; fill: #111827 }
.spread { stroke: #374151; stroke-width: 2 } .bound { stroke: #b91c1c; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .spread { stroke: #e5e7eb } }
</style>
<line class="bound" x1="${x(1)}" x2="${x(1)}" y1="8" y2="${height - ROW + 4}"/>
<text x="${x(1)}" y="${height - 8}" text-anchor="middle">its bound</text>
${rows.join('\n')}
</svg>
`;
};
