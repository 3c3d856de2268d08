import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import type { PlacementKey } from './placement-reader.ts';

/**
 * `filling`: the standby table is filled from the commands. `checking`: it is full, and compared. `switching`: the switch to it is
 * announced. `switched`: it is the active one; the old one is kept current. `rolling-back`: the switch back is announced.
 * `rolled-back`: the old one is active again.
 */
export type Phase = 'filling' | 'checking' | 'switching' | 'switched' | 'rolling-back' | 'rolled-back';

export interface Rebuild {
  readonly phase: Phase;
  /** The table that is built. */
  readonly table: string;
  /** The table it takes the place of. */
  readonly replaces: string;
  readonly startedAt: number;
  /** Where each segment of the scan goes on. */
  readonly cursors: readonly (Item | 'done' | undefined)[];
  readonly filled: number;
}

/** Where the account of a rebuild stands: apart from the placement, which every instance reads again and again and which must stay small. */
export const rebuildKey = ({ readModel }: Pick<PlacementKey, 'readModel'>): Item => ({
  read_model: { S: `${readModel}#rebuild` },
});

/** The rebuild that is under way; undefined when there is none. */
export const readRebuild = async (
  dynamodb: DynamoDBClient,
  { table, readModel }: PlacementKey,
): Promise<Rebuild | undefined> => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: rebuildKey({ readModel }), ConsistentRead: true }),
  );
  return Item && toRebuild(Item);
};

const toRebuild = (item: Item): Rebuild => ({
  phase: item['phase']?.S as Phase,
  table: item['build_table']?.S ?? '',
  replaces: item['replaces']?.S ?? '',
  startedAt: Number(item['started_at']?.N),
  cursors: (item['cursors']?.L ?? []).map(({ M, S }) => (S === 'done' ? 'done' : M)),
  filled: Number(item['filled']?.N),
});
