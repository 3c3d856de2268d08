import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const Checkpoint = z.object({
  /** The last record that is done; absent while none is. */
  sequence_number: z.string().optional(),
  /** The shard is closed and read to its end. */
  complete: z.boolean(),
});
const CheckpointFile = z.object({ stream_arn: z.string(), shards: z.record(z.string(), Checkpoint) });

export type Checkpoint = z.infer<typeof Checkpoint>;

/** How far each shard of a stream is done. In memory, or in a file that a restart goes on from. */
export class Checkpoints {
  readonly #file: string | undefined;
  #streamArn: string | undefined;
  #shards: Record<string, Checkpoint> = {};

  constructor(file?: string) {
    this.#file = file;
  }

  /** Takes up a stream. Checkpoints of another stream, of a table that has been made anew, mean nothing for it and are dropped. */
  open(streamArn: string): void {
    if (this.#streamArn === streamArn) return;
    const stored = this.#streamArn === undefined ? this.#read() : undefined;
    this.#streamArn = streamArn;
    this.#shards = stored?.stream_arn === streamArn ? stored.shards : {};
  }

  get(shardId: string): Checkpoint | undefined {
    return this.#shards[shardId];
  }

  advance(shardId: string, sequenceNumber: string): void {
    this.#shards[shardId] = { sequence_number: sequenceNumber, complete: false };
    this.#write();
  }

  complete(shardId: string): void {
    this.#shards[shardId] = { ...this.#shards[shardId], complete: true };
    this.#write();
  }

  /** Forgets the shards that the stream no longer has (they live for a day). */
  keepOnly(shardIds: ReadonlySet<string>): void {
    this.#shards = Object.fromEntries(Object.entries(this.#shards).filter(([id]) => shardIds.has(id)));
  }

  #read(): z.infer<typeof CheckpointFile> | undefined {
    if (!this.#file) return undefined;
    try {
      return CheckpointFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      // No file yet, or an unreadable one: the stream is read again from its beginning, which projections bear.
      return undefined;
    }
  }

  /** By rename, so that a crash leaves the old file or the new one, never half of one. */
  #write(): void {
    if (!this.#file) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, JSON.stringify({ stream_arn: this.#streamArn, shards: this.#shards }));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
