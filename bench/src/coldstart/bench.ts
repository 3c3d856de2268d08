import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCAL_AWS } from '@notify/dynamodb';
import { startDynamoDBLocal } from '@notify/dynamodb-local';
import { functionEnvironment, loadFunctions } from '@notify/embedded';
import { buildLambda } from '@notify/lambda-build';
import { bundleBareFunction } from '@notify/peers';
import type { BenchOptions } from '../bench-options.ts';
import { median } from '../measurement.ts';
import { type ColdStart, coldStart } from './cold-start.ts';
import { type FirstEvent, prepareFirstEvents } from './first-events.ts';
import { startTlsEndpoints, type TlsEndpoints } from './tls-endpoints.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** A start is short and scatters, so that each round has some of each function. */
const STARTS_A_ROUND = 5;
const BARE = 'bare SDK';

interface Contestant {
  readonly name: string;
  readonly bundlePath: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
  readonly env: Readonly<Record<string, string>>;
  readonly firstEvent: FirstEvent;
}

/**
 * What a cold start costs: each function, as it is built for AWS, in a fresh process each time, beside one with the SDK as it comes.
 * They take turns; ratios are of medians of the same run. What answers is DynamoDB Local behind TLS. The zips of ours hold source maps and
 * licence notices, too.
 */
export const run = async ({ rounds }: BenchOptions): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'coldstart-'));
  const local = await startDynamoDBLocal({ heapMb: 256 });
  const endpoints = await startTlsEndpoints(folder, local.port);
  try {
    const starts = rounds * STARTS_A_ROUND;
    const contestants = await enter(folder, local.endpoint, endpoints, starts + 1);
    const samples = new Map(contestants.map(({ name }) => [name, [] as ColdStart[]]));
    for (let start = 0; start <= starts; start++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const { name, bundlePath, firstEvent, env } = contestants[
          (turn + start) % contestants.length
        ] as Contestant;
        const sample = await coldStart(bundlePath, firstEvent(start), env);
        // The first start of each reads its files from disk, and warms up DynamoDB Local.
        if (start > 0) samples.get(name)?.push(sample);
      }
    }
    print(contestants, samples);
  } finally {
    await endpoints.stop();
    await local.stop();
    await rm(folder, { recursive: true });
  }
};

const enter = async (
  folder: string,
  plainEndpoint: string,
  { dynamodb: endpoint, service: serviceUrl, certificate }: TlsEndpoints,
  starts: number,
): Promise<Contestant[]> => {
  const surroundings = { dynamodb: { ...LOCAL_AWS, endpoint }, serviceUrl, logLevel: 'INFO' };
  const functions = Object.entries(loadFunctions(join(ROOT, 'terraform/functions.json'))).map(
    ([name, spec]) => {
      const env = functionEnvironment(name, spec, surroundings);
      return { name, env: { ...env, NODE_EXTRA_CA_CERTS: certificate } };
    },
  );
  const envOf = (name: string): Readonly<Record<string, string>> =>
    functions.find((each) => each.name === name)?.env ?? {};
  const masterKey = envOf('user-command-lambda')['USER_MASTER_KEY'] ?? '';
  const firstEvents = await prepareFirstEvents(plainEndpoint, masterKey, starts);
  const firstEventOf = (name: string): FirstEvent => {
    const event = firstEvents[name];
    if (event === undefined) throw new RangeError(`${name} has no first event in this bench.`);
    return event;
  };
  const contestants: Contestant[] = [
    {
      name: BARE,
      ...(await bundleBareFunction(folder)),
      env: envOf('query-result-lambda'),
      firstEvent: firstEventOf('query-result-lambda'),
    },
  ];
  for (const { name, env } of functions) {
    const { bundlePath, bundleBytes, zipPath } = await buildLambda(join(ROOT, 'packages', name));
    const { size: zipBytes } = await stat(zipPath);
    contestants.push({ name, bundlePath, bundleBytes, zipBytes, env, firstEvent: firstEventOf(name) });
  }
  return contestants;
};

const COLUMNS: Readonly<Record<keyof ColdStart, string>> = {
  importMs: 'import ms',
  importCpuMs: 'its CPU ms',
  firstCallMs: 'first call ms',
  firstCallCpuMs: 'its CPU ms',
  megabytes: 'MB',
};
const [NAME_WIDTH, WIDTH] = [28, 24];

const print = (
  contestants: readonly Contestant[],
  samples: ReadonlyMap<string, readonly ColdStart[]>,
): void => {
  const valuesOf = (name: string, figure: keyof ColdStart) =>
    (samples.get(name) ?? []).map((sample) => sample[figure]);
  const figures = Object.keys(COLUMNS) as (keyof ColdStart)[];
  const sizes = ['zip kB', 'eager kB'].map((title) => title.padStart(10));
  const titles = figures.map((figure) => COLUMNS[figure].padStart(WIDTH));
  console.log([''.padEnd(NAME_WIDTH), ...sizes, ...titles].join(''));
  for (const { name, bundleBytes, zipBytes } of contestants) {
    const kilobytes = [zipBytes, bundleBytes].map((bytes) => (bytes / 1_000).toFixed(1).padStart(10));
    const measured = figures.map((figure) => {
      const values = valuesOf(name, figure);
      const spread = `(${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
      return `${median(values).toFixed(1)} ${spread.padEnd(12)}`.padStart(WIDTH);
    });
    console.log([name.padEnd(NAME_WIDTH), ...kilobytes, ...measured].join(''));
  }
  const ratio = (name: string, ...of: (keyof ColdStart)[]) => {
    const sum = (each: string) => of.reduce((total, figure) => total + median(valuesOf(each, figure)), 0);
    return sum(name) / sum(BARE);
  };
  const functions = contestants.map(({ name }) => name).filter((name) => name !== BARE);
  const key = (name: string) => name.replace(/-lambda$/, '').replaceAll('-', '_');
  for (const name of functions)
    console.log(`${key(name)}_start_vs_bare_sdk=${ratio(name, 'importMs', 'firstCallMs').toFixed(2)}`);
  for (const name of functions)
    console.log(`${key(name)}_import_vs_bare_sdk=${ratio(name, 'importMs').toFixed(2)}`);
  const worst = Math.max(...functions.map((name) => ratio(name, 'importMs')));
  console.log(`coldstart_import_vs_bare_sdk=${worst.toFixed(2)}`);
};
