import { versionOf } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { type Contribution, contributionOf, isSame } from './contribution.ts';
import type { Change, PartKey } from './part.ts';

/** What the records of a batch change in one part. */
export interface PartChanges {
  readonly key: PartKey;
  /** In order of their versions, each record once. */
  readonly changes: readonly Change[];
  /** The record that each change is of, in the same order. */
  readonly records: readonly DynamoDBRecord[];
}

interface Collected {
  readonly key: PartKey;
  readonly entries: { readonly change: Change; readonly record: DynamoDBRecord }[];
}

/**
 * What a batch changes in the statistics, by part: for each record what its new image adds, less what its old image had added.
 * Records without a place in the stream cannot be counted once, and are not counted; DynamoDB gives none.
 */
export const changesOf = (records: readonly DynamoDBRecord[], shard: string): PartChanges[] => {
  const seen = new Set<string>();
  const parts = new Map<string, Collected>();
  for (const record of records) {
    const version = versionOf(record);
    if (version === undefined || seen.has(version)) continue;
    seen.add(version);
    const { NewImage, OldImage, ApproximateCreationDateTime = 0 } = record.dynamodb ?? {};
    const [before, after] = [contributionOf(OldImage), contributionOf(NewImage)];
    if (isSame(before, after)) continue;
    const collect = (contribution: Contribution | undefined, sign: 1 | -1) => {
      if (contribution === undefined) return;
      const { marketingId, hour } = contribution;
      const id = `${hour.month} ${marketingId}`;
      let part = parts.get(id);
      if (!part) {
        part = { key: { marketingId, month: hour.month, shard }, entries: [] };
        parts.set(id, part);
      }
      const writtenAt = ApproximateCreationDateTime * 1_000;
      part.entries.push({ change: { version, writtenAt, contribution, sign }, record });
    };
    collect(before, -1);
    collect(after, 1);
  }
  return [...parts.values()].map(({ key, entries }) => {
    const sorted = entries.sort((a, b) =>
      a.change.version < b.change.version ? -1 : Number(a.change.version > b.change.version),
    );
    return { key, changes: sorted.map(({ change }) => change), records: sorted.map(({ record }) => record) };
  });
};
