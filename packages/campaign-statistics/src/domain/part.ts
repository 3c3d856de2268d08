import type { Contribution } from './contribution.ts';
import { type Counts, count, greatest, least, NOTHING } from './tally.ts';

/**
 * What one shard of the stream has brought to one month of a campaign. The sum of its parts are the statistics of a campaign; a part
 * is one item, which is why it is of one month: it cannot outgrow what an item may hold.
 */
export interface PartKey {
  readonly marketingId: string;
  /** Such as `2026-11`: of the hours in which the notifications were made. */
  readonly month: string;
  /** Of the stream; or {@link BASE_SHARD}. */
  readonly shard: string;
}

/** In place of a shard: where parts that can no longer change are added up, and what a recount has found beside the shards. */
export const BASE_SHARD = 'base';

export interface Part extends Counts {
  /**
   * The fence: everything up to this version is counted. A stream hands the records of a shard over in order the first time; at what
   * is at or below the fence it has been before.
   */
  readonly sequence: string;
  /** When the last record that was counted was written, in milliseconds since 1970. */
  readonly updatedAt: number;
}

/** A part as nobody has counted anything yet. */
export const EMPTY_PART: Part = { ...NOTHING, sequence: '', updatedAt: 0 };

/** What one record changes in one part. */
export interface Change {
  /** Of the record: its sequence number, padded so that text order is number order. */
  readonly version: string;
  /** When the record was written, in milliseconds since 1970. */
  readonly writtenAt: number;
  readonly contribution: Contribution;
  /** -1 when the notification no longer is what it was. */
  readonly sign: 1 | -1;
}

/**
 * The part with the changes that are behind its fence; the same part when there are none.
 * @param changes in order of their versions
 */
export const advance = (part: Part, changes: readonly Change[]): Part => {
  const fresh = changes.filter(({ version }) => version > part.sequence);
  const last = fresh.at(-1);
  if (last === undefined) return part;
  const tally = new Map(part.tally);
  let { firstCreatedAt, lastCreatedAt, updatedAt } = part;
  for (const { contribution, sign, writtenAt } of fresh) {
    count(tally, contribution, sign);
    firstCreatedAt = least(firstCreatedAt, contribution.createdAt);
    lastCreatedAt = greatest(lastCreatedAt, contribution.createdAt);
    updatedAt = Math.max(updatedAt, writtenAt);
  }
  return { tally, firstCreatedAt, lastCreatedAt, sequence: last.version, updatedAt };
};
