import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FAILED_BUCKETS } from '@notify/shared-domain';
import { perMillionNotifications, shareIn } from './cost.ts';
import { assume, functions, known, ROOT, tables } from './inputs.ts';
import { AWS, limitsOf, type ScaleInputs, scaleOf } from './scale-model.ts';

const FILE = join(ROOT, 'docs/scale.md');
const PROJECTION = 'stream-processor-lambda';
/** Writes a second to command-records. */
const LOADS = [1_000, 100_000, 1_000_000];
const POSITION_INTERVAL_S = 5;

const source = functions[PROJECTION]?.event_source ?? undefined;
const production = readFileSync(join(ROOT, 'terraform/environments/production.tfvars'), 'utf8');
const reserved = Number(/"stream-processor-lambda"\s*=\s*(\d+)/.exec(production)?.[1]);

const inputs: ScaleInputs = {
  unitsPerRow: Math.ceil(assume('row_kb')),
  indexes: (tables['notification-records']?.indexes ?? []).reduce((sum, { name }) => sum + shareIn(name), 0),
  parallelization: known(source?.parallelization_factor, 'parallelization_factor'),
  batchSize: known(source?.batch_size, 'batch_size'),
  roundTripMs: assume('batch_round_trip_ms'),
  cpuMsPerRecord: assume('projection_cpu_ms_per_record'),
  buckets: FAILED_BUCKETS,
  shareOfLargestCampaign: assume('share_of_largest_campaign'),
  shareOfBusiestUser: assume('share_of_busiest_user'),
  shareFailed: assume('share_failed'),
  unitsPerPart: assume('campaign_part_kb'),
  unitsPerPosition: assume('position_kb'),
  positionIntervalS: POSITION_INTERVAL_S,
  reservedConcurrency: reserved,
};

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
/** Two digits are more than a model knows. */
const about = (value: number): string => whole(Number(value.toPrecision(2)));

const dollarsPerMonth = (writesPerS: number): number => {
  const perMillion = perMillionNotifications().reduce((sum, { dollars }) => sum + dollars, 0);
  const seconds = assume('hours_per_month') * 3_600;
  return (writesPerS * seconds * perMillion) / 1e6 / assume('stream_records_per_notification');
};

const loadTable = (): string => {
  const rows: [what: string, of: (writes: number) => string][] = [
    ['partitions of command-records, and shards of its stream', (w) => whole(scaleOf(w, inputs).partitions)],
    ['write units a second, all tables and indexes', (w) => whole(scaleOf(w, inputs).writeUnitsPerS)],
    ['batches of the projection that may run at once', (w) => whole(scaleOf(w, inputs).lanes)],
    ['records in a batch', (w) => whole(scaleOf(w, inputs).recordsPerBatch)],
    ['batches under way, on average', (w) => scaleOf(w, inputs).busyLanes.toFixed(1)],
    ['what a lane could do, of what it gets', (w) => `${scaleOf(w, inputs).headroom.toFixed(0)} ×`],
    ['USD a month, as [cost.md](cost.md) has it', (w) => about(dollarsPerMonth(w))],
  ];
  return [
    `| writes a second | ${LOADS.map(whole).join(' | ')} |`,
    `|---|${LOADS.map(() => '---:|').join('')}`,
    ...rows.map(([what, of]) => `| ${what} | ${LOADS.map(of).join(' | ')} |`),
  ].join('\n');
};

const limitTable = (): string =>
  [
    '| writes a second | what is full | until then | what to turn |',
    '|---:|---|---|---|',
    ...limitsOf(inputs).map(
      ({ what, reachedAt, meanwhile, knob }) => `| ${about(reachedAt)} | ${what} | ${meanwhile} | ${knob} |`,
    ),
  ].join('\n');

/** The whole of docs/scale.md. */
const scalePage = (): string => `# How it grows

Computed by \`node terraform/cost/scale.ts\` from the same configuration and [assumptions](../terraform/cost/assumptions.json) as [what it costs](cost.md); a test fails when this page is stale.
Put in your own shares and run it again. The model is [scale-model.ts](../terraform/cost/scale-model.ts): all that it knows of AWS are the limits at its top.

## Three loads

${loadTable()}

A notification is ${assume('stream_records_per_notification')} writes here. A shard brings at most what a partition takes, ${whole(AWS.partition)} write units a second, so the projection has the same headroom at every load: it grows with the shards. More of it, after a standstill, is \`parallelization_factor\` (up to ${AWS.parallelization}) or \`memory_mb\`.

## What is full first

With a largest campaign of ${assume('share_of_largest_campaign') * 100} % of all writes, a busiest user of ${assume('share_of_busiest_user') * 100} %, and ${assume('share_failed') * 100} % failures:

${limitTable()}

Nothing of this loses a record: a write that DynamoDB throttles was refused to its writer, and the projection repeats what it could not write until it can ([runbook](runbook.md)). Readers are bounded by partitions, too: 3,000 read units a second each, which is 6,000 pages of up to 4 kB read eventually consistent.

## How the model is checked

\`npx --yes pnpm@12 bench scale\` runs the projection as it is deployed with round trips of several lengths and batches of several sizes, takes from the run without delay what a record costs, and prints by how much the model is wrong about all others (\`scale_model_error=\`).
What AWS does at such loads was not measured: there is no account behind this repository. Hot partitions are in the tests by a DynamoDB that throttles by table, index and partition key ([cli.md](cli.md#proving-it)).
`;

/** Whether docs/scale.md says what follows from the configuration now. */
export const isScalePageCurrent = (): boolean => readFileSync(FILE, 'utf8') === scalePage();

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(FILE, scalePage());
