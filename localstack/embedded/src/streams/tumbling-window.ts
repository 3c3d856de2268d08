import { z } from 'zod';
import type { InvocationResult } from '../lambda/sandbox.ts';
import { type LambdaRecord, toLambdaEvent } from './lambda-event.ts';

const WindowResponse = z.object({ state: z.record(z.string(), z.unknown()) });

/** Room in an event for its window and a small state. */
export const WINDOW_BYTES = 4_096;

interface TumblingWindowOptions {
  readonly seconds: number;
  readonly shardId: string;
  readonly streamArn: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * The tumbling windows of one shard: equal stretches of time, in each of which the function is called with what it has answered last
 * (`state`), and at the end of each once more, without records. On AWS the records' own times decide about their window, here the time
 * of their call. See https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 */
export class TumblingWindow {
  readonly #options: TumblingWindowOptions;
  readonly #clock: () => number;
  /** End of the open window, in milliseconds since 1970; undefined when none is open. */
  #end: number | undefined;
  #state: Readonly<Record<string, unknown>> = {};

  constructor(options: TumblingWindowOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /** Whether a window is open and its time is up: now its last call is due. */
  get isOver(): boolean {
    return this.#end !== undefined && this.#clock() >= this.#end;
  }

  get isOpen(): boolean {
    return this.#end !== undefined;
  }

  /** The event of a batch, in the open window or in a new one. */
  event(records: readonly LambdaRecord[]): string {
    const lengthMs = this.#options.seconds * 1_000;
    this.#end ??= (Math.floor(this.#clock() / lengthMs) + 1) * lengthMs;
    return this.#event(records, false);
  }

  /** The event of the last call of the open window. */
  lastEvent(): string {
    return this.#event([], true);
  }

  /** Takes what the function has answered; gives why Lambda would not take it, or undefined when it would. */
  take(result: InvocationResult): string | undefined {
    if (result.functionError) return result.payload;
    const response = WindowResponse.safeParse(JSON.parse(result.payload));
    if (!response.success) return `The answer has no state: ${result.payload.slice(0, 500)}`;
    this.#state = response.data.state;
    return undefined;
  }

  close(): void {
    this.#end = undefined;
    this.#state = {};
  }

  #event(records: readonly LambdaRecord[], isFinal: boolean): string {
    const { seconds, shardId, streamArn } = this.#options;
    const end = this.#end ?? this.#clock();
    const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
    const members = JSON.stringify({
      window: { start: time(end - seconds * 1_000), end: time(end) },
      state: this.#state,
      shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    });
    return `${toLambdaEvent(records).slice(0, -1)},${members.slice(1)}`;
  }
}
