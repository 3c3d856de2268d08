import { setTimeout as delay } from 'node:timers/promises';
import type { CommandRecord } from '@notify/shared-domain';

/** Between an answer and the next question, in times of what the answer took: asking is not to be what is measured. */
const PAUSE_PER_ANSWER = 1;
const MAX_PAUSE_MS = 25;

interface Sample {
  readonly createdAt: number;
  readonly sentAt: number;
  seenAt?: number;
}

/**
 * Records that are asked for until the API shows them: all of them together, by one question at a time for what has not been seen yet,
 * so that asking costs little and one that comes late keeps no other from being seen.
 */
export class Samples {
  readonly #url: string;
  readonly #transactionId = `samples-${crypto.randomUUID()}`;
  readonly #samples: Sample[] = [];
  #firstUnseen = 0;
  #asking: Promise<void> | undefined;

  constructor(serviceUrl: string) {
    this.#url = serviceUrl;
  }

  /** Makes a sample of a record that is about to be sent, whose `created_at` is above those of all before. */
  add(record: CommandRecord): CommandRecord {
    this.#samples.push({ createdAt: record.created_at, sentAt: performance.now() });
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return { ...record, transaction_id: this.#transactionId };
  }

  /** Resolves when the API has shown all samples; rejects when it answers something else. */
  async allSeen(): Promise<void> {
    await this.#asking;
  }

  /** Of each sample that has been seen, in the order of their sending, in milliseconds. */
  get lags(): number[] {
    return this.#samples.flatMap(({ sentAt, seenAt }) => (seenAt === undefined ? [] : [seenAt - sentAt]));
  }

  async #ask(): Promise<void> {
    for (let first = this.#nextUnseen(); first; first = this.#nextUnseen()) {
      const askedAt = performance.now();
      const url = `${this.#url}/tx?transaction_id=${this.#transactionId}&order=asc&from=${first.createdAt}`;
      const response = await fetch(url);
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
      const { data } = (await response.json()) as { data: readonly { created_at: number }[] };
      const seenAt = performance.now();
      const seen = new Set(data.map(({ created_at }) => created_at));
      for (const sample of this.#samples.slice(this.#firstUnseen))
        if (seen.has(sample.createdAt)) sample.seenAt ??= seenAt;
      await delay(Math.min(MAX_PAUSE_MS, PAUSE_PER_ANSWER * (seenAt - askedAt)));
    }
  }

  #nextUnseen(): Sample | undefined {
    while (this.#samples[this.#firstUnseen]?.seenAt !== undefined) this.#firstUnseen++;
    return this.#samples[this.#firstUnseen];
  }
}
