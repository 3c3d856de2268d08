import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadTables } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { benchClient } from '../bench-client.ts';
import type { BenchOptions } from '../bench-options.ts';
import { chunksOf, type Measurement, measure, median } from '../measurement.ts';
import {
  batchWrites,
  engine,
  engineAlone,
  powertools,
  readyStatements,
  singleWrites,
  type Variant,
} from './variants.ts';
import { inserts, mix, type Workload } from './workload.ts';

const VARIANTS: readonly Variant[] = [
  engine,
  powertools,
  singleWrites,
  batchWrites,
  engineAlone,
  readyStatements,
];
const BATCH_SIZES = [100, 1_000];

type Sample = Measurement & { readonly requests: number };

/**
 * What it costs to bring stream records into the read table, by the engine and by what one could do instead: CPU of the client,
 * against DynamoDB Local in another process. The variants take turns; ratios are of medians of the same run.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024, tunedFor: 'throughput' });
  const lab = new Lab(local.endpoint);
  const results: Result[] = [];
  for (const workload of [inserts(records), mix(records)]) {
    for (const batchSize of BATCH_SIZES) {
      const samples = new Map<Variant, Sample[]>(VARIANTS.map((variant) => [variant, []]));
      for (let round = 0; round <= rounds; round++) {
        for (let turn = 0; turn < VARIANTS.length; turn++) {
          const variant = VARIANTS[(turn + round) % VARIANTS.length] as Variant;
          const sample = await lab.measure(variant, workload, batchSize);
          // The first round warms up the compilers of both sides.
          if (round > 0) samples.get(variant)?.push(sample);
        }
      }
      const result = new Result(workload.name, batchSize, samples);
      result.print();
      results.push(result);
    }
  }
  await local.stop();
  printSummary(results.filter(({ batchSize }) => batchSize === 1_000));
};

class Lab {
  readonly #dynamodb: DynamoDBClient;
  #tables = 0;
  #requests = 0;

  constructor(endpoint: string) {
    this.#dynamodb = benchClient(endpoint);
    this.#dynamodb.middlewareStack.add(
      (next) => (args) => {
        this.#requests++;
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
  }

  /** One variant over one workload, on a table of its own. */
  async measure(variant: Variant, workload: Workload, batchSize: number): Promise<Sample> {
    const table = `bench-${this.#tables++}`;
    const tables = loadTables();
    await createTables(
      this.#dynamodb,
      { 'notification-records': tables['notification-records'] as never },
      { rename: () => table },
    );
    await batchWrites.prepare(this.#dynamodb, table, [workload.existing])(workload.existing);
    const batches = chunksOf(workload.records, batchSize);
    const project = variant.prepare(this.#dynamodb, table, batches);
    const requestsBefore = this.#requests;
    const measurement = await measure(workload.records.length, async () => {
      for (const batch of batches) await project(batch);
    });
    const requests = (this.#requests - requestsBefore) / workload.records.length;
    await this.#dynamodb.send(new DeleteTableCommand({ TableName: table }));
    return { ...measurement, requests };
  }
}

class Result {
  readonly workload: string;
  readonly batchSize: number;
  readonly #samples: ReadonlyMap<Variant, readonly Sample[]>;

  constructor(workload: string, batchSize: number, samples: ReadonlyMap<Variant, readonly Sample[]>) {
    this.workload = workload;
    this.batchSize = batchSize;
    this.#samples = samples;
  }

  of(variant: Variant, what: keyof Sample): number {
    return median((this.#samples.get(variant) ?? []).map((sample) => sample[what]));
  }

  print(): void {
    console.log(`\n${this.workload}, batches of ${this.batchSize}`);
    console.log(row('', 'CPU µs/record', 'records/s', 'requests/record', 'peak MB'));
    for (const variant of VARIANTS) {
      console.log(
        row(
          variant.name,
          this.of(variant, 'cpuMicroseconds').toFixed(1),
          this.of(variant, 'perSecond').toFixed(0),
          this.of(variant, 'requests').toFixed(3),
          this.of(variant, 'peakMegabytes').toFixed(0),
        ),
      );
    }
  }
}

const row = (name: string, ...values: readonly string[]): string =>
  name.padEnd(18) + values.map((value) => value.padStart(17)).join('');

/** The targets, each by the worse of the workloads at batches of 1,000. */
const printSummary = (results: readonly Result[]): void => {
  const cpu = (result: Result, variant: Variant) => result.of(variant, 'cpuMicroseconds');
  const worst = (of: (result: Result) => number) => Math.max(...results.map(of));
  const lowest = (of: (result: Result) => number) => Math.min(...results.map(of));
  const throughput = (result: Result) =>
    result.of(engine, 'perSecond') / result.of(readyStatements, 'perSecond');
  console.log();
  console.log(`projection_cpu_vs_floor=${worst((r) => cpu(r, engine) / cpu(r, batchWrites)).toFixed(2)}`);
  console.log(
    `projection_cpu_vs_single_writes=${worst((r) => cpu(r, engine) / cpu(r, singleWrites)).toFixed(2)}`,
  );
  console.log(
    `projection_cpu_vs_powertools_batch=${worst((r) => cpu(r, engine) / cpu(r, powertools)).toFixed(2)}`,
  );
  console.log(`projection_overhead_us=${worst((r) => cpu(r, engineAlone)).toFixed(1)}`);
  console.log(`projection_throughput_vs_floor_partiql=${lowest(throughput).toFixed(2)}`);
};
