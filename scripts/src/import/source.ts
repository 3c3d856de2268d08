import type { Item } from '@notify/dynamodb';

/** A record as it was found. */
export interface SourceRecord {
  /** Where: file and line or number, or the key in a table. */
  readonly place: string;
  /** Undefined when it cannot be read as a record at all. */
  readonly item: Item | undefined;
  /** What stood there when it cannot be read. */
  readonly text?: string;
}

export interface SourceBatch {
  readonly records: readonly SourceRecord[];
  /** Where the source goes on behind them. */
  readonly next: SourcePosition;
}

/** How far a source has been read, as its own kind of source writes it down: JSON. */
export type SourcePosition = Readonly<Record<string, unknown>>;

/** Where commands come from. The same source read twice gives the same records in the same order, as long as nobody writes to it. */
export interface ImportSource {
  /** As a person would name it. */
  readonly name: string;
  /** @param from what an earlier batch said; undefined for the beginning */
  batches(from?: SourcePosition): AsyncIterable<SourceBatch>;
}

/** How many records go through at once. */
export const BATCH_SIZE = 500;
