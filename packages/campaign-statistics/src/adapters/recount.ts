import { isDeepStrictEqual } from 'node:util';
import {
  type ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { StreamImage } from '@notify/dynamodb';
import { contributionOf } from '../domain/contribution.ts';
import { BASE_SHARD, EMPTY_PART } from '../domain/part.ts';
import { countsByMonth } from '../domain/statistics.ts';
import { type Counts, count, difference, greatest, least, NOTHING, type Tally } from '../domain/tally.ts';
import { isStill, nextRevision, toItem } from './fold.ts';
import { isBase, LIST_INDEX, LISTING, PARTITION_KEY, SORT_KEY, type StoredPart } from './part-item.ts';
import { readParts } from './read-parts.ts';

/** What the commands of one campaign come to, by month. */
export type Recounted = ReadonlyMap<string, Counts>;

/** Counts commands anew, campaign by campaign. */
export class Recount {
  readonly #campaigns = new Map<string, Map<string, Counts & { tally: Tally }>>();

  /** @param image a command as it is now */
  add(image: StreamImage): void {
    const contribution = contributionOf(image);
    if (contribution === undefined) return;
    const { marketingId, hour, createdAt } = contribution;
    const months = this.#campaigns.get(marketingId) ?? new Map();
    this.#campaigns.set(marketingId, months);
    const before: Counts = months.get(hour.month) ?? { ...NOTHING, tally: new Map() };
    count(before.tally, contribution, 1);
    months.set(hour.month, {
      tally: before.tally,
      firstCreatedAt: least(before.firstCreatedAt, createdAt),
      lastCreatedAt: greatest(before.lastCreatedAt, createdAt),
    });
  }

  get campaigns(): string[] {
    return [...this.#campaigns.keys()];
  }

  of(marketingId: string): Recounted {
    return this.#campaigns.get(marketingId) ?? new Map();
  }
}

/** A campaign as its parts have it. */
export interface CountedCampaign {
  readonly parts: readonly StoredPart[];
  /** Changes with every part. */
  readonly signature: string;
}

export const readCounted = async (
  dynamodb: DynamoDBClient,
  table: string,
  marketingId: string,
): Promise<CountedCampaign> => {
  const parts = await readParts(dynamodb, table, marketingId);
  const signature = JSON.stringify(
    parts.map(({ key, part }) => [key.month, key.shard, part.sequence]).sort(),
  );
  return { parts, signature };
};

/** How many counts of a campaign are not what the recount has found. */
export const differingCounts = ({ parts }: CountedCampaign, recounted: Recounted): number => {
  const counted = countsByMonth(parts);
  let differing = 0;
  for (const month of new Set([...counted.keys(), ...recounted.keys()])) {
    const { tally } = difference(recounted.get(month) ?? NOTHING, counted.get(month) ?? NOTHING);
    for (const amount of tally.values()) if (amount !== 0) differing++;
  }
  return differing;
};

/**
 * Brings a campaign to what the recount has found, by its bases: what the shards have counted stays as it is, and goes on.
 * The recount has to be of the moment in which the parts were read.
 * @returns false when someone else has written a base since
 */
export const correct = async (
  dynamodb: DynamoDBClient,
  table: string,
  marketingId: string,
  { parts }: CountedCampaign,
  recounted: Recounted,
): Promise<boolean> => {
  const shards = countsByMonth(parts.filter(({ key }) => !isBase(key)));
  const months = new Set([...parts.map(({ key }) => key.month), ...recounted.keys()]);
  if (parts.length === 0) await list(dynamodb, table, marketingId, recounted);
  for (const month of months) {
    const base = parts.find(({ key }) => key.month === month && isBase(key))?.part;
    const old = base ?? EMPTY_PART;
    const counts = difference(recounted.get(month) ?? NOTHING, shards.get(month) ?? NOTHING);
    const Item = toItem(
      { marketingId, month, shard: BASE_SHARD },
      { ...counts, sequence: nextRevision(old), updatedAt: old.updatedAt },
    );
    try {
      await dynamodb.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ...isStill(base),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    } catch (error) {
      const { name, Item: there } = error as ConditionalCheckFailedException;
      if (name !== 'ConditionalCheckFailedException') throw error;
      // It is this one when the SDK has put it again because the first answer was lost.
      if (!isDeepStrictEqual(there, Item)) return false;
    }
  }
  return true;
};

/** Has a campaign in the list of which nothing was counted before. */
const list = async (
  dynamodb: DynamoDBClient,
  table: string,
  marketingId: string,
  recounted: Recounted,
): Promise<void> => {
  const { partitionKey, list: name, sortKey } = LIST_INDEX;
  const first = Array.from(recounted.values(), ({ firstCreatedAt }) => firstCreatedAt).reduce(
    least,
    undefined,
  );
  await dynamodb
    .send(
      new PutItemCommand({
        TableName: table,
        Item: {
          [PARTITION_KEY]: { S: marketingId },
          [SORT_KEY]: { S: LISTING },
          [partitionKey]: { S: name },
          [sortKey]: { N: String(first ?? 0) },
        },
        ConditionExpression: 'attribute_not_exists(#part)',
        ExpressionAttributeNames: { '#part': SORT_KEY },
      }),
    )
    .catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
    });
};
