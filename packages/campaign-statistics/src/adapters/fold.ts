import {
  type DynamoDBClient,
  DynamoDBServiceException,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from '@notify/dynamodb';
import { BASE_SHARD, EMPTY_PART, type Part, type PartKey } from '../domain/part.ts';
import { sum } from '../domain/tally.ts';
import { isBase, PART_COLUMNS, type StoredPart, toKey, toValues } from './part-item.ts';
import { readParts } from './read-parts.ts';

/**
 * A stream keeps its records for a day: of a part that has not changed for two days nothing can come again, so that nobody needs its
 * fence any more.
 */
const FINAL_AFTER_MS = 2 * 86_400_000;
/** DynamoDB's bound of a transaction, less the base. */
const MAX_FOLDED = 99;

/** A part's columns as one item to be put, with the key. */
export const toItem = (key: PartKey, part: Part): Record<string, never> =>
  ({
    ...toKey(key),
    ...Object.fromEntries(toValues(part).map((value, i) => [PART_COLUMNS[i], value])),
  }) as Record<string, never>;

/** The next fence of a base, which counts how often it was written. */
export const nextRevision = ({ sequence }: Part): string => String(Number(sequence) + 1);

/**
 * Adds the parts of a campaign that can no longer change to the base of their month, each month in one transaction. Where someone else
 * is about it, or the table is in trouble, it is left as it is: folding saves room and changes no count.
 *
 * @param now milliseconds since 1970
 * @returns the parts that are no longer there
 * @throws what DynamoDB throws for good, such as a missing permission: the batch is counted, and comes again without being folded
 */
export const foldCampaign = async (
  dynamodb: DynamoDBClient,
  table: string,
  marketingId: string,
  now: number,
): Promise<PartKey[]> => {
  try {
    const parts = await readParts(dynamodb, table, marketingId);
    const folded: PartKey[] = [];
    for (const month of new Set(parts.map(({ key }) => key.month))) {
      const ofMonth = parts.filter(({ key }) => key.month === month);
      const final = ofMonth
        .filter(({ key, part }) => !isBase(key) && part.updatedAt < now - FINAL_AFTER_MS)
        .slice(0, MAX_FOLDED);
      if (final.length === 0) continue;
      await fold(dynamodb, table, { marketingId, month, shard: BASE_SHARD }, ofMonth, final);
      folded.push(...final.map(({ key }) => key));
    }
    return folded;
  } catch (error) {
    if (!mayPass(error)) throw error;
    return [];
  }
};

/** Someone else is about the campaign, or the table is in trouble; what is wrong for good is for the function's alarm. */
const mayPass = (error: unknown): boolean =>
  toStoreError(error) !== undefined ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).every(({ Code = 'None' }) => CROSSINGS.has(Code))) ||
  (error instanceof DynamoDBServiceException && error.$fault === 'server');

/** Why a transaction of someone else cancels one. */
const CROSSINGS: ReadonlySet<string> = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

const fold = async (
  dynamodb: DynamoDBClient,
  table: string,
  key: PartKey,
  ofMonth: readonly StoredPart[],
  final: readonly StoredPart[],
): Promise<void> => {
  const base = ofMonth.find((stored) => isBase(stored.key))?.part;
  const old = base ?? EMPTY_PART;
  const counts = final.reduce((total, { part }) => sum(total, part), old as Part | ReturnType<typeof sum>);
  const updatedAt = Math.max(old.updatedAt, ...final.map(({ part }) => part.updatedAt));
  const items: TransactWriteItem[] = [
    {
      Put: {
        TableName: table,
        Item: toItem(key, { ...counts, sequence: nextRevision(old), updatedAt }),
        ...isStill(base),
      },
    },
    ...final.map((stored) => ({
      Delete: { TableName: table, Key: toKey(stored.key), ...isStill(stored.part) },
    })),
  ];
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: items }));
};

/** The condition that a part is as it was read. */
export const isStill = (part: Part | undefined) => ({
  ExpressionAttributeNames: { '#sequence': 'sequence' },
  ...(part === undefined
    ? { ConditionExpression: 'attribute_not_exists(#sequence)' }
    : {
        ConditionExpression: '#sequence = :sequence',
        ExpressionAttributeValues: { ':sequence': { S: part.sequence } },
      }),
});
