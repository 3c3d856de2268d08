import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchOptions } from './bench-options.ts';
import { boundText, shareOf } from './report/bounds.ts';
import { type Figures, summarize } from './report/figures.ts';
import { writePage } from './report/page.ts';
import { runBench } from './report/run-bench.ts';

const benches: Record<string, () => Promise<{ ROUNDS?: number; run(options: BenchOptions): Promise<void> }>> =
  {
    query: () => import('./query/bench.ts'),
    service: () => import('./service/bench.ts'),
    coldstart: () => import('./coldstart/bench.ts'),
    projection: () => import('./projection/bench.ts'),
    freshness: () => import('./freshness/bench.ts'),
    users: () => import('./users/bench.ts'),
    campaigns: () => import('./campaigns/bench.ts'),
    console: () => import('./console/bench.ts'),
    host: () => import('./host/bench.ts'),
    gateway: () => import('./gateway/bench.ts'),
    scale: () => import('./scale/bench.ts'),
  };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '3000' },
    rounds: { type: 'string' },
    runs: { type: 'string' },
    before: { type: 'string' },
    json: { type: 'string', default: '.local/bench.json' },
    page: { type: 'boolean', default: false },
  },
});

/** Runs benches each in a process of its own, as often as it is told, and reports all of them together. */
const report = async (names: readonly string[]): Promise<void> => {
  const runs = Number(values.runs ?? 1);
  const options = [
    '--records',
    values.records,
    ...(values.rounds === undefined ? [] : ['--rounds', values.rounds]),
    ...(values.before === undefined ? [] : ['--before', values.before]),
  ];
  const taken = new Map<string, Figures[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, figures] of taken) figures.push(await runBench([name, ...options]));
  }
  const summaries = [...taken].flatMap(([name, figures]) => summarize(name, figures));
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(summaries, null, 2)}\n`);
  if (values.page) writePage(summaries, runs);
  console.log();
  for (const { bench, figure, median, least, most } of summaries) {
    const share = shareOf(figure, median);
    const verdict = share === undefined ? '' : share <= 1 ? 'held' : 'NOT HELD';
    console.log(
      `${bench.padEnd(11)}${figure.padEnd(40)}${String(median).padStart(9)}  ${`${least}–${most}`.padEnd(16)}${boundText(figure).padEnd(8)}${verdict}`,
    );
  }
  console.log();
  for (const { figure, median } of summaries) console.log(`${figure}=${median}`);
};

const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
const [first] = positionals;
if (unknown.length > 0) {
  console.error(
    `Usage: bench [${Object.keys(benches).join('|')}…] [--records n] [--rounds n] [--runs n] [--before folder] [--json file] [--page]`,
  );
  process.exitCode = 2;
} else if (positionals.length === 1 && first !== undefined && values.runs === undefined && !values.page) {
  const bench = await benches[first]?.();
  await bench?.run({
    records: Number(values.records),
    rounds: Number(values.rounds ?? bench.ROUNDS ?? 5),
    before: values.before,
  });
} else {
  await report(positionals.length > 0 ? positionals : Object.keys(benches));
}
