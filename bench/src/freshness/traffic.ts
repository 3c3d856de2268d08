import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import type { CommandRecord } from '@notify/shared-domain';
import { benchClient } from '../bench-client.ts';
import { command } from '../projection/workload.ts';
import { Samples } from './samples.ts';

/** What is to be written, and for how long. */
export interface TrafficOrder {
  readonly awsUrl: string;
  readonly serviceUrl: string;
  /** Records a second; 0 is one record at a time, the next one when the last is visible. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface TrafficReport {
  /** From the sending of a record to the answer that shows it, of each sample in the order of their writing, in milliseconds. */
  readonly lags: readonly number[];
  /** What the writes of the samples took, in milliseconds. */
  readonly writes: readonly number[];
  readonly perSecond: number;
}

const BATCH = 25;
/** As often as this something is written, when a batch of it is small enough. */
const TICK_MS = 25;
const WRITES_IN_FLIGHT = 8;
const SAMPLE_EVERY_MS = 40;
/** So that one at a time falls on no beat of who looks for it. */
const IDLE_PAUSE_MS = 150;

/** Writes records and asks for samples of them; a process of its own, so that it takes no turn from what it measures. */
process.on('message', async (order: TrafficOrder) => {
  const traffic = new Traffic(order);
  process.send?.(await (order.perSecond === 0 ? traffic.oneAtATime() : traffic.steady()));
});

let written = 0;

class Traffic {
  readonly #order: TrafficOrder;
  readonly #samples: Samples;
  readonly #write: (records: readonly CommandRecord[]) => Promise<void>;
  readonly #writes: number[] = [];

  constructor(order: TrafficOrder) {
    this.#order = order;
    this.#samples = new Samples(order.serviceUrl);
    const dynamodb = benchClient(order.awsUrl);
    this.#write = async (records) => {
      const puts = records.map((record) => ({ PutRequest: { Item: toItem(record) } }));
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { 'command-records': puts } }));
    };
  }

  async oneAtATime(): Promise<TrafficReport> {
    const until = performance.now() + this.#order.seconds * 1_000;
    while (performance.now() < until) {
      await this.#writeBatch(1, true);
      await this.#samples.allSeen();
      await delay(Math.random() * IDLE_PAUSE_MS);
    }
    return this.#report(0);
  }

  /** Batches at their times; when so many are on their way that none may be sent, the pace is lost and the report says so. */
  async steady(): Promise<TrafficReport> {
    const { perSecond, seconds } = this.#order;
    const size = Math.max(1, Math.min(BATCH, Math.round((perSecond * TICK_MS) / 1_000)));
    const everyMs = (size / perSecond) * 1_000;
    const batches = Math.round((seconds * 1_000) / everyMs);
    const inFlight = new Set<Promise<void>>();
    const startedAt = performance.now();
    let sampledAt = Number.NEGATIVE_INFINITY;
    for (let batch = 0; batch < batches; batch++) {
      const early = startedAt + batch * everyMs - performance.now();
      if (early > 1) await delay(early);
      while (inFlight.size >= WRITES_IN_FLIGHT) await Promise.race(inFlight);
      const isSampled = performance.now() - sampledAt >= SAMPLE_EVERY_MS || batch === batches - 1;
      if (isSampled) sampledAt = performance.now();
      const sent = this.#writeBatch(size, isSampled).finally(() => inFlight.delete(sent));
      inFlight.add(sent);
    }
    await Promise.all(inFlight);
    const perSecondSent = (batches * size) / Math.max(seconds, (performance.now() - startedAt) / 1_000);
    await this.#samples.allSeen();
    return this.#report(perSecondSent);
  }

  async #writeBatch(size: number, isSampled: boolean): Promise<void> {
    const records = Array.from({ length: size }, () => command('INSERT', written++));
    const last = records.pop() as CommandRecord;
    const sentAt = performance.now();
    await this.#write([...records, isSampled ? this.#samples.add(last) : last]);
    if (isSampled) this.#writes.push(performance.now() - sentAt);
  }

  #report(perSecond: number): TrafficReport {
    return { lags: this.#samples.lags, writes: this.#writes, perSecond };
  }
}
