import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { EventSource } from '../functions.ts';
import { type InvocationResult, MAX_PAYLOAD_BYTES } from '../lambda/sandbox.ts';
import { type Backoff, fullJitter } from './backoff.ts';
import { type BatchOutcome, batchOutcome } from './batch-outcome.ts';
import type { Checkpoints } from './checkpoints.ts';
import { expiredRecords, type GivenUpCondition, type GivingUp, toGivenUpBatch } from './giving-up.ts';
import {
  type LambdaRecord,
  type StreamRecord,
  toBatches,
  toLambdaEvent,
  toLambdaRecord,
} from './lambda-event.ts';
import { TumblingWindow, WINDOW_BYTES } from './tumbling-window.ts';

export interface ShardReaderOptions {
  readonly functionName: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly source: EventSource;
  /** One that gives records as they were sent: {@link createStreamsClient}. */
  readonly streams: DynamoDBStreamsClient;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly checkpoints: Checkpoints;
  readonly pollIntervalMs: number;
  readonly backoff: Backoff;
  /** Without it a batch is tried for ever. */
  readonly givingUp?: GivingUp | undefined;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly onEmptyRead: () => void;
}

export interface ShardStatus {
  readonly shard_id: string;
  /** The last record that is done. */
  readonly checkpoint: string | undefined;
  /** Records read but not done yet. */
  readonly pending: number;
  /** How often the batch in flight has failed. */
  readonly attempts: number;
  /** ms since the shard was last found to hold nothing new; undefined before the first time. */
  readonly caught_up_ms_ago: number | undefined;
}

/**
 * How long an idle shard is left alone, in times of what it took to look at it. DynamoDB Local reads the records of all streams to
 * find that one has nothing new: with a hundred thousand of them it would do little else.
 */
const IDLE_PER_READ = 10;

const RESTART_MS = 1_000;

/** Reads one shard from its checkpoint to its end, one batch after the other. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  /** Resolves when the shard is read to its end, is gone, or the reader has been stopped. */
  readonly ended: Promise<void>;
  /** performance.now() of the start of the last read that found nothing. */
  emptyAt = Number.NEGATIVE_INFINITY;
  readonly #window: TumblingWindow | undefined;
  #pending = 0;
  #attempts = 0;
  #woken = false;
  #endIdlePause: () => void = () => {};

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#abort.signal]);
    this.#signal.addEventListener('abort', () => this.#endIdlePause(), { once: true });
    const { tumbling_window_s: seconds } = options.source;
    if (seconds !== undefined) this.#window = new TumblingWindow({ ...options, seconds });
    // Whatever goes wrong ends no more than this reader, and the poller starts another one.
    this.ended = this.#read().catch(async (error) => {
      options.log(`has stopped, starting again: ${error}`);
      await this.#pause(RESTART_MS);
    });
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Looks for records now instead of at the next poll. */
  wake(): void {
    this.#woken = true;
    this.#endIdlePause();
  }

  get status(): ShardStatus {
    const { shardId, checkpoints } = this.#options;
    return {
      shard_id: shardId,
      checkpoint: checkpoints.get(shardId)?.sequence_number,
      pending: this.#pending,
      attempts: this.#attempts,
      caught_up_ms_ago: Number.isFinite(this.emptyAt)
        ? Math.round(performance.now() - this.emptyAt)
        : undefined,
    };
  }

  async #read(): Promise<void> {
    const { shardId, streamArn, source, checkpoints, pollIntervalMs } = this.#options;
    let gathered: LambdaRecord[] = [];
    let windowEnds = 0;
    let iterator: string | undefined;
    let failures = 0;

    while (!this.#signal.aborted) {
      this.#woken = false;
      const startedAt = performance.now();
      let page: GetRecordsCommandOutput;
      let records: LambdaRecord[];
      try {
        iterator ??= await this.#iterator(gathered.at(-1)?.sequenceNumber);
        page = await this.#options.streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
        records = ((page.Records ?? []) as unknown as StreamRecord[]).map((record) =>
          toLambdaRecord(record, streamArn),
        );
        failures = 0;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return;
        iterator = undefined;
        if (!(error instanceof ExpiredIteratorException)) {
          // DynamoDB Local says "trimmed" once of the shard of a new table at its first write; a fresh iterator reads it all.
          const isFirstWrite = failures === 0 && error instanceof TrimmedDataAccessException;
          if (!isFirstWrite) this.#options.log(`cannot be read, trying again: ${error}`);
          await this.#pause(fullJitter(this.#options.backoff, failures++));
        }
        continue;
      }
      const readMs = performance.now() - startedAt;
      iterator = page.NextShardIterator;
      if (gathered.length === 0) windowEnds = startedAt + source.batching_window_s * 1000;
      gathered.push(...records);
      this.#pending = gathered.length;

      const windowIsOpen =
        iterator !== undefined && gathered.length < source.batch_size && performance.now() < windowEnds;
      if (gathered.length > 0 && !windowIsOpen) {
        if (!(await this.#deliver(gathered))) return;
        gathered = [];
      }
      if (this.#window?.isOver || (iterator === undefined && this.#window?.isOpen)) await this.#closeWindow();
      if (iterator === undefined) {
        checkpoints.complete(shardId);
        return;
      }
      if (records.length === 0) {
        if (gathered.length === 0) {
          this.emptyAt = startedAt;
          this.#options.onEmptyRead();
        }
        await this.#idlePause(Math.max(pollIntervalMs, IDLE_PER_READ * readMs));
      }
    }
  }

  /** An iterator after the last record known, or at the oldest one left when that is unknown or already trimmed away. */
  async #iterator(lastRead: string | undefined): Promise<string | undefined> {
    const { streams, streamArn, shardId, checkpoints } = this.#options;
    const from = { StreamArn: streamArn, ShardId: shardId };
    const after = lastRead ?? checkpoints.get(shardId)?.sequence_number;
    if (after) {
      try {
        const { ShardIterator } = await streams.send(
          new GetShardIteratorCommand({
            ...from,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            SequenceNumber: after,
          }),
        );
        return ShardIterator;
      } catch (error) {
        if (!(error instanceof TrimmedDataAccessException)) throw error;
        this.#options.log(`the records after ${after} have been trimmed; going on with the oldest one left`);
      }
    }
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ ...from, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    return ShardIterator;
  }

  /** Brings records through the function, in order; false when it was stopped before all were done. */
  async #deliver(records: readonly LambdaRecord[]): Promise<boolean> {
    const maxBytes = MAX_PAYLOAD_BYTES - (this.#window ? WINDOW_BYTES : 0);
    const batches = [...toBatches(records, this.#options.source.batch_size, maxBytes)];
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      if (this.#signal.aborted) return false;
      if (this.#window?.isOver) await this.#closeWindow();
      const sequenceNumbers = batch.map((record) => record.sequenceNumber);
      const { done, failure, located } = await this.#invoke(batch, sequenceNumbers);
      const last = sequenceNumbers[done - 1];
      if (last) {
        this.#options.checkpoints.advance(this.#options.shardId, last);
        this.#pending -= done;
        this.#attempts = 0;
      }
      if (failure === undefined) continue;

      const left = await this.#giveUp(batch.slice(done));
      const again = this.#again(left, located);
      batches.unshift(...again);
      if (left.length === 0) continue;
      this.#options.log(
        `attempt ${this.#attempts + 1} at ${left.length} record(s) from ${left[0]?.sequenceNumber} failed, trying again: ${failure}`,
      );
      await this.#pause(fullJitter(this.#options.backoff, this.#attempts));
      // Splitting a batch consumes none of its attempts, as on AWS.
      this.#attempts = again.length > 1 && this.#options.givingUp ? 0 : this.#attempts + 1;
    }
    return true;
  }

  /** Of records that have failed, keeps those that are not to be tried any more elsewhere and passes them; gives the others. */
  async #giveUp(records: readonly LambdaRecord[]): Promise<readonly LambdaRecord[]> {
    const { givingUp, functionName, streamArn, shardId, checkpoints, log } = this.#options;
    if (!givingUp) return records;
    const { maximumRetryAttempts, maximumRecordAgeS } = givingUp;
    const isTired = maximumRetryAttempts >= 0 && this.#attempts >= maximumRetryAttempts;
    const expired = expiredRecords(records, maximumRecordAgeS, Date.now());
    const condition: GivenUpCondition = isTired ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded';
    const count = isTired ? records.length : expired;
    const givenUp = records.slice(0, count);
    const last = givenUp.at(-1);
    if (!last) return records;
    const attempts = this.#attempts + 1;
    const event = toLambdaEvent(givenUp);
    const source = { functionName, streamArn, shardId };
    await givingUp.keep(
      toGivenUpBatch({ ...source, condition, attempts, records: givenUp, event, now: new Date() }),
    );
    log(`gave up ${count} record(s) up to ${last.sequenceNumber} after ${attempts} attempt(s): ${condition}`);
    checkpoints.advance(shardId, last.sequenceNumber);
    this.#pending -= count;
    this.#attempts = 0;
    return records.slice(count);
  }

  async #invoke(batch: readonly LambdaRecord[], sequenceNumbers: readonly string[]): Promise<BatchOutcome> {
    const { invoke } = this.#options;
    const result = await invoke(this.#window?.event(batch) ?? toLambdaEvent(batch));
    const failure = this.#window?.take(result);
    return failure === undefined
      ? batchOutcome(result, sequenceNumbers)
      : { done: 0, failure, located: false };
  }

  /** The last call of the open window, until it succeeds. */
  async #closeWindow(): Promise<void> {
    for (let attempt = 0; this.#window && !this.#signal.aborted; attempt++) {
      const failure = this.#window.take(await this.#options.invoke(this.#window.lastEvent()));
      if (failure === undefined) return this.#window.close();
      this.#options.log(`attempt ${attempt + 1} at the end of a window failed, trying again: ${failure}`);
      await this.#pause(fullJitter(this.#options.backoff, attempt));
    }
  }

  /** What is left of a failed batch: in halves when nobody knows where it failed and the event source bisects. */
  #again(rest: readonly LambdaRecord[], located: boolean): (readonly LambdaRecord[])[] {
    if (located || rest.length <= 1 || !this.#options.source.bisect_batch_on_error)
      return rest.length > 0 ? [rest] : [];
    const middle = Math.ceil(rest.length / 2);
    return [rest.slice(0, middle), rest.slice(middle)];
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#signal }).catch(() => {});
  }

  /** A pause that ends early when somebody says that there may be records, also when that was said during the read before. */
  async #idlePause(ms: number): Promise<void> {
    if (this.#woken || this.#signal.aborted) return;
    // A plain timer: an aborted one makes an exception at every write.
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endIdlePause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
