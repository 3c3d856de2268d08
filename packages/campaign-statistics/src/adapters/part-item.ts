import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import type { AttributeValue as StreamValue } from 'aws-lambda';
import { BASE_SHARD, type Part, type PartKey } from '../domain/part.ts';

/** An item of `campaign-statistics`, as the SDK gives it. */
export type StoredItem = Readonly<Record<string, AttributeValue>>;

/** What every item of the table has. */
export const PARTITION_KEY = 'marketing_id';
export const SORT_KEY = 'part';

/** The sort key of the item that has a campaign in the list of campaigns. */
export const LISTING = 'campaign';
/** The index of the listings, newest first: its partition key, which has one value, and its sort key. */
export const LIST_INDEX = {
  name: 'campaigns-index',
  partitionKey: 'list',
  list: 'campaigns',
  sortKey: 'listed_at',
} as const;

/** What begins the sort keys of a campaign's parts: `part#2026-11#shardId-…`. */
export const PART_PREFIX = 'part#';

export const partName = ({ month, shard }: PartKey): string => `${PART_PREFIX}${month}#${shard}`;

export const toKey = (key: PartKey): Record<string, { S: string }> => ({
  [PARTITION_KEY]: { S: key.marketingId },
  [SORT_KEY]: { S: partName(key) },
});

/** The columns of a part, in this order. */
export const PART_COLUMNS = [
  'sequence',
  'tally',
  'first_created_at',
  'last_created_at',
  'updated_at',
] as const;

/** The values of {@link PART_COLUMNS}. */
export const toValues = ({
  sequence,
  tally,
  firstCreatedAt,
  lastCreatedAt,
  updatedAt,
}: Part): StreamValue[] => [
  { S: sequence },
  { M: Object.fromEntries(Array.from(tally, ([name, amount]) => [name, { N: String(amount) }])) },
  time(firstCreatedAt),
  time(lastCreatedAt),
  { N: String(updatedAt) },
];

const time = (milliseconds: number | undefined): StreamValue =>
  milliseconds === undefined ? { NULL: true } : { N: String(milliseconds) };

export interface StoredPart {
  readonly key: PartKey;
  readonly part: Part;
}

/**
 * The part that an item holds.
 * @throws AppError `INTERNAL.ERROR` when it is none: something else has written it
 */
export const toPart = (item: StoredItem): StoredPart => {
  const [marketingId, name = '', sequence] = [item[PARTITION_KEY]?.S, item[SORT_KEY]?.S, item.sequence?.S];
  const [, month, shard] = /^part#([^#]+)#(.+)$/s.exec(name) ?? [];
  const tally = item.tally?.M;
  if (
    marketingId === undefined ||
    month === undefined ||
    shard === undefined ||
    sequence === undefined ||
    !tally
  ) {
    throw new AppError('INTERNAL.ERROR', { detail: `The statistics hold a damaged part: ${name}.` });
  }
  return {
    key: { marketingId, month, shard },
    part: {
      sequence,
      tally: new Map(Object.entries(tally).map(([count, { N }]) => [count, Number(N)])),
      firstCreatedAt: numberOf(item.first_created_at),
      lastCreatedAt: numberOf(item.last_created_at),
      updatedAt: numberOf(item.updated_at) ?? 0,
    },
  };
};

const numberOf = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);

export const isBase = ({ shard }: PartKey): boolean => shard === BASE_SHARD;
