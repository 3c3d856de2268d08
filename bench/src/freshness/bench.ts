import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import type { BenchOptions } from '../bench-options.ts';
import { median } from '../measurement.ts';
import { Bare } from './bare.ts';
import type { TrafficOrder, TrafficReport } from './traffic.ts';

/** How often the idle stack and each rate are measured unless said otherwise; each time lasts {@link TURN_S}. */
export const ROUNDS = 2;
const RATES = [50, 200, 1_000];
const TURN_S = 10;
/** Rates are tried in such steps. */
const STEP = 250;
const WARM_UP = { perSecond: 1_000, seconds: 10 };

/** A rate holds when it is written at all, and what is written in the second half of a turn is visible within so long. */
const HOLDS_MS = 1_000;
const HOLDS_PACE = 0.98;

/**
 * From the sending of a command record to the first answer of the query service that shows it, on the embedded stack: one at a time, at
 * several rates, and at the highest that holds. Beside it what DynamoDB Local does by itself: how long until its stream has a record,
 * and how many records a second it writes, streams, projects, and all of that at once, without functions, API and statistics.
 * All is on one machine and takes from each other, the writer and the observer too.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    tunedFor: 'throughput',
    logLevel: 'ERROR',
    log: (source, line) => console.error(`[${source}] ${line}`),
  });
  const traffic = new Traffic(stack);
  const dynamodb = new DynamoDBClient(stack.dynamodb);
  try {
    await traffic.send(WARM_UP.perSecond, WARM_UP.seconds);
    const idle = await many(rounds, () => traffic.send(0, TURN_S));
    show('one at a time', idle);
    const p99s = new Map<number, number>();
    for (const rate of RATES) {
      const turns = await many(rounds, () => traffic.send(rate, TURN_S));
      show(`${rate}/s`, turns);
      p99s.set(rate, percentile(lagsOf(turns), 99));
    }

    const bare = await Bare.open(dynamodb, stack.dynamodb);
    await bare.pipeline(records);
    const streamed = await bare.streamLags(TURN_S);
    const alone = {
      writes: median(await many(rounds, () => bare.writes(records))),
      streamReads: median(await many(rounds, () => bare.streamReads())),
      projection: median(await many(rounds, () => bare.projection(records))),
      pipeline: median(await many(rounds, () => bare.pipeline(records))),
    };
    const highest = await highestThatHolds(traffic, alone.pipeline);

    const idleP50 = percentile(lagsOf(idle), 50);
    const streamP50 = percentile(streamed, 50);
    console.log();
    console.log(`freshness_idle_p50_ms=${idleP50.toFixed(0)}`);
    console.log(`freshness_idle_p99_ms=${percentile(lagsOf(idle), 99).toFixed(0)}`);
    console.log(`freshness_stream_alone_p50_ms=${streamP50.toFixed(0)}`);
    console.log(`freshness_added_p50_ms=${(idleP50 - streamP50).toFixed(0)}`);
    for (const [rate, p99] of p99s) console.log(`freshness_at_${rate}_p99_ms=${p99.toFixed(0)}`);
    console.log(`freshness_highest_writes_per_s=${highest}`);
    console.log(`freshness_ceiling_writes_per_s=${alone.writes.toFixed(0)}`);
    console.log(`freshness_ceiling_stream_reads_per_s=${alone.streamReads.toFixed(0)}`);
    console.log(`freshness_ceiling_projection_per_s=${alone.projection.toFixed(0)}`);
    console.log(`freshness_ceiling_all_three_per_s=${alone.pipeline.toFixed(0)}`);
  } finally {
    dynamodb.destroy();
    traffic.end();
    await stack.stop();
  }
};

class Traffic {
  readonly #stack: EmbeddedStack;
  readonly #child: ChildProcess;

  constructor(stack: EmbeddedStack) {
    this.#stack = stack;
    this.#child = fork(fileURLToPath(new URL('traffic.ts', import.meta.url)));
  }

  async send(perSecond: number, seconds: number): Promise<TrafficReport> {
    const { awsUrl, serviceUrl } = this.#stack;
    const reported = once(this.#child, 'message') as Promise<[TrafficReport]>;
    const ended = once(this.#child, 'exit').then((): never => {
      throw new Error('What writes and asks has ended.');
    });
    this.#child.send({ awsUrl, serviceUrl, perSecond, seconds } satisfies TrafficOrder);
    const [report] = await Promise.race([reported, ended]);
    await this.#stack.idle();
    return report;
  }

  end(): void {
    this.#child.kill();
  }
}

/** By halves, in multiples of {@link STEP}, up to what DynamoDB Local does by itself; 0 when not even one of them holds. */
const highestThatHolds = async (traffic: Traffic, ceiling: number): Promise<number> => {
  let holds = 0;
  let fails = Math.ceil(ceiling / STEP) + 1;
  while (fails - holds > 1) {
    const step = Math.floor((holds + fails) / 2);
    const turn = await traffic.send(step * STEP, TURN_S);
    show(`${step * STEP}/s`, [turn]);
    const late = percentile(turn.lags.slice(Math.floor(turn.lags.length / 2)), 99);
    if (turn.perSecond >= HOLDS_PACE * step * STEP && late <= HOLDS_MS) holds = step;
    else fails = step;
  }
  return holds * STEP;
};

const many = async <Value>(times: number, take: () => Promise<Value>): Promise<Value[]> => {
  const values: Value[] = [];
  for (let time = 0; time < times; time++) values.push(await take());
  return values;
};

const lagsOf = (turns: readonly TrafficReport[]): number[] => turns.flatMap(({ lags }) => lags);

const percentile = (values: readonly number[], percent: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
};

const show = (name: string, turns: readonly TrafficReport[]): void => {
  const lags = lagsOf(turns);
  const writes = turns.flatMap((turn) => turn.writes);
  const ms = (values: readonly number[], percent: number) =>
    percentile(values, percent).toFixed(0).padStart(6);
  const perSecond = median(turns.map((turn) => turn.perSecond)).toFixed(0);
  console.log(
    `${name.padEnd(14)} visible after ${ms(lags, 50)} ms p50 ${ms(lags, 99)} ms p99 ${ms(lags, 100)} ms at most, of them the write ${ms(writes, 50)} ms p50 (${lags.length} samples${perSecond === '0' ? '' : `, ${perSecond}/s written`})`,
  );
};
