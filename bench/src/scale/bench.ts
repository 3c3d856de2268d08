import { setTimeout as delay } from 'node:timers/promises';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadTables } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { batchMs } from '@notify/terraform/scale-model';
import { benchClient } from '../bench-client.ts';
import type { BenchOptions } from '../bench-options.ts';
import { chunksOf, median } from '../measurement.ts';
import { engine } from '../projection/variants.ts';
import { inserts } from '../projection/workload.ts';

const ROUND_TRIPS_MS = [10, 20, 50];
const BATCH_SIZES = [100, 250, 1_000];

/**
 * Whether docs/scale.md's model of a batch is right: the projection with requests that take longer, against what the model says from
 * what a record costs without any delay.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024 });
  const lab = new Lab(local.endpoint);
  try {
    await lab.batchMs(1_000, 0, records, rounds);
    const cpuMsPerRecord = (await lab.batchMs(1_000, 0, records, rounds)) / 1_000;
    console.log(`a record without delay: ${cpuMsPerRecord.toFixed(3)} ms`);
    let worst = 0;
    for (const roundTripMs of ROUND_TRIPS_MS) {
      for (const size of BATCH_SIZES) {
        const measured = await lab.batchMs(size, roundTripMs, records, rounds);
        const predicted = batchMs(size, { roundTripMs, cpuMsPerRecord });
        worst = Math.max(worst, Math.abs(predicted / measured - 1));
        console.log(
          `batches of ${size}, round trips of ${roundTripMs} ms: ${measured.toFixed(1)} ms measured, ${predicted.toFixed(1)} ms by the model`,
        );
      }
    }
    console.log(`scale_model_error=${worst.toFixed(2)}`);
  } finally {
    lab.close();
    await local.stop();
  }
};

class Lab {
  readonly #dynamodb: DynamoDBClient;
  #roundTripMs = 0;
  #tables = 0;

  constructor(endpoint: string) {
    this.#dynamodb = benchClient(endpoint);
    this.#dynamodb.middlewareStack.add(
      (next) => async (args) => {
        if (this.#roundTripMs > 0) await delay(this.#roundTripMs);
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
  }

  /** What a batch takes, in milliseconds: the median of all batches. */
  async batchMs(size: number, roundTripMs: number, records: number, rounds: number): Promise<number> {
    const taken: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const table = `scale-${this.#tables++}`;
      const tables = { 'notification-records': loadTables()['notification-records'] as never };
      this.#roundTripMs = 0;
      await createTables(this.#dynamodb, tables, { rename: () => table });
      const batches = chunksOf(inserts(records).records, size);
      const project = engine.prepare(this.#dynamodb, table, batches);
      this.#roundTripMs = roundTripMs;
      for (const batch of batches) {
        const start = performance.now();
        await project(batch);
        taken.push(performance.now() - start);
      }
      this.#roundTripMs = 0;
      await this.#dynamodb.send(new DeleteTableCommand({ TableName: table }));
    }
    return median(taken);
  }

  close(): void {
    this.#dynamodb.destroy();
  }
}
