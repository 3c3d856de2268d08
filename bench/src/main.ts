import { parseArgs } from 'node:util';
import type { BenchOptions } from './bench-options.ts';

const benches: Record<string, () => Promise<{ ROUNDS?: number; run(options: BenchOptions): Promise<void> }>> =
  {
    console: () => import('./console/bench.ts'),
    projection: () => import('./projection/bench.ts'),
    query: () => import('./query/bench.ts'),
    campaigns: () => import('./campaigns/bench.ts'),
    users: () => import('./users/bench.ts'),
    coldstart: () => import('./coldstart/bench.ts'),
    host: () => import('./host/bench.ts'),
    scale: () => import('./scale/bench.ts'),
    service: () => import('./service/bench.ts'),
  };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '3000' },
    rounds: { type: 'string' },
  },
});
const load = benches[positionals[0] ?? ''];
if (load) {
  const bench = await load();
  await bench.run({ records: Number(values.records), rounds: Number(values.rounds ?? bench.ROUNDS ?? 5) });
} else {
  console.error(`Usage: bench <${Object.keys(benches).join('|')}> [--records n] [--rounds n]`);
  process.exitCode = 2;
}
