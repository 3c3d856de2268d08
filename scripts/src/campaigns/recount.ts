import { setTimeout as delay } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  type CountedCampaign,
  correct,
  differingCounts,
  Recount,
  readCounted,
} from '@notify/campaign-statistics';
import { type Item, itemCount, parallelScan, type StreamImage } from '@notify/dynamodb';
import type { Session } from '../session/session.ts';
import { unreadCampaigns } from './unread.ts';

export interface RecountOptions {
  /** One campaign; all of them without it. */
  readonly marketingId?: string | undefined;
  readonly segments: number;
  /** How often to look for a moment in which a campaign does not change. */
  readonly attempts: number;
  /** How long a write may take until the stream tells it, in milliseconds. */
  readonly settleMs: number;
  /** Whether what differs is corrected. */
  readonly corrects: boolean;
}

export interface RecountReport {
  readonly campaigns: number;
  /** Campaigns that were not what their commands come to. */
  readonly differences: readonly { readonly marketing_id: string; readonly counts: number }[];
  /** Of the differing ones: those that are right now. */
  readonly corrected: number;
  /** Campaigns that never held still. */
  readonly moving: readonly string[];
}

/**
 * Counts the commands and compares with the statistics, while writes go on. A campaign is judged when its parts were the same before
 * and behind the recount, and the stream holds nothing of it that is not counted yet; else it is recounted.
 */
export const recount = async (session: Session, options: RecountOptions): Promise<RecountReport> => {
  const { dynamodb, tables, signal } = session;
  const differences: { marketing_id: string; counts: number }[] = [];
  let corrected = 0;
  let due: string[] | undefined = options.marketingId === undefined ? undefined : [options.marketingId];
  let campaigns = 0;
  for (let attempt = 0; attempt < options.attempts && due?.length !== 0; attempt++) {
    const before = await countedOf(session, due ?? (await listed(session)));
    const found = await countCommands(session, options);
    await delay(options.settleMs, undefined, { signal });
    const unread = await unreadCampaigns(session);
    const ids = due ?? [...new Set([...before.keys(), ...found.campaigns])];
    campaigns ||= ids.length;
    const moving: string[] = [];
    for (const id of ids) {
      const now = await readCounted(dynamodb, tables.campaigns, id);
      const isStill = now.signature === (before.get(id)?.signature ?? '[]') && !unread.has(id);
      const counts = isStill ? differingCounts(now, found.of(id)) : 0;
      if (!isStill) moving.push(id);
      else if (counts > 0) {
        const wants = options.corrects && !session.dryRun;
        if (wants && !(await correct(dynamodb, tables.campaigns, id, now, found.of(id)))) moving.push(id);
        else {
          differences.push({ marketing_id: id, counts });
          if (wants) corrected++;
        }
      }
    }
    due = moving;
  }
  return { campaigns, differences, corrected, moving: due ?? [] };
};

const countedOf = async (
  { dynamodb, tables }: Session,
  ids: readonly string[],
): Promise<Map<string, CountedCampaign>> => {
  const counted = new Map<string, CountedCampaign>();
  for (const id of ids) counted.set(id, await readCounted(dynamodb, tables.campaigns, id));
  return counted;
};

/** The campaigns of which something is counted. */
const listed = async ({ dynamodb, tables, signal }: Session): Promise<string[]> => {
  const ids = new Set<string>();
  let start: Item | undefined;
  do {
    signal.throwIfAborted();
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: tables.campaigns,
        ConsistentRead: true,
        ProjectionExpression: 'marketing_id',
        ExclusiveStartKey: start,
      }),
    );
    for (const { marketing_id } of page.Items ?? []) if (marketing_id?.S) ids.add(marketing_id.S);
    start = page.LastEvaluatedKey;
  } while (start);
  return [...ids];
};

const countCommands = async (
  { dynamodb, tables, terminal, signal }: Session,
  { marketingId, segments }: RecountOptions,
): Promise<Recount> => {
  const found = new Recount();
  const { progress } = terminal;
  progress.begin('commands', await itemCount(dynamodb, tables.commands));
  const filter = marketingId !== undefined && {
    FilterExpression: 'marketing_id = :campaign',
    ExpressionAttributeValues: { ':campaign': { S: marketingId } },
  };
  await parallelScan(
    dynamodb,
    { input: { TableName: tables.commands, ConsistentRead: true, ...filter }, segments, signal },
    async ({ items }) => {
      for (const item of items) found.add(item as unknown as StreamImage);
      progress.advance(items.length);
    },
  );
  progress.end();
  return found;
};
