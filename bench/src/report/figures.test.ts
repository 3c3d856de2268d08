import { expect, it } from 'vitest';
import { shareOf } from './bounds.ts';
import { figuresOf, summarize } from './figures.ts';

it('reads figures, and nothing else, from what a bench prints', () => {
  const output =
    'inserts, batches of 100\nengine   12.1\nwaits=60 detail_p50_ms=19.4 factor=1.2x\nseed=a\na_ratio=1.10\n';
  expect(Object.fromEntries(figuresOf(output))).toEqual({ waits: 60, detail_p50_ms: 19.4, a_ratio: 1.1 });
});

it('tells the median and the spread of several runs', () => {
  const runs = [1, 5, 2].map((value) => new Map([['a', value]]));
  expect(summarize('some', runs)).toEqual([{ bench: 'some', figure: 'a', median: 2, least: 1, most: 5 }]);
});

it('judges by bounds from above, from below and by nothing at all', () => {
  expect(shareOf('query_cpu_vs_raw_sdk_1', 2.2)).toBeCloseTo(2);
  expect(shareOf('service_throughput_vs_bare_fastify', 1.8)).toBeCloseTo(0.5);
  expect(shareOf('axe_violations', 0)).toBe(1);
  expect(shareOf('axe_violations', 1)).toBe(2);
  expect(shareOf('nobody_knows', 1)).toBeUndefined();
});
