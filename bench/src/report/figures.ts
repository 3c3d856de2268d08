import { median } from '../measurement.ts';

/** What one bench has printed in one run, by name. */
export type Figures = ReadonlyMap<string, number>;

export interface Summary {
  readonly bench: string;
  readonly figure: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const LINE = /^[a-z]\w*=\S+( [a-z]\w*=\S+)*$/;

/** The figures of a bench's output: lines of nothing but `name=number`. */
export const figuresOf = (output: string): Figures => {
  const figures = new Map<string, number>();
  for (const line of output.split('\n').filter((each) => LINE.test(each))) {
    for (const pair of line.split(' ')) {
      const [name = '', value = ''] = pair.split('=');
      if (value !== '' && Number.isFinite(Number(value))) figures.set(name, Number(value));
    }
  }
  return figures;
};

/** Median and spread of each figure over the runs of a bench. */
export const summarize = (bench: string, runs: readonly Figures[]): Summary[] => {
  const names = new Set(runs.flatMap((figures) => [...figures.keys()]));
  return [...names].map((figure) => {
    const values = runs.flatMap((figures) => figures.get(figure) ?? []);
    return {
      bench,
      figure,
      median: Number(median(values).toPrecision(4)),
      least: Math.min(...values),
      most: Math.max(...values),
    };
  });
};
