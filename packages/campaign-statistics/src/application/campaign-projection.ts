import {
  BatchAccount,
  type BatchLog,
  type BatchMetrics,
  type Positions,
  type StreamProjection,
} from '@notify/stream-projection';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { changesOf } from '../domain/batch-changes.ts';
import type { PartStore } from './part-store.ts';

/** The projection's name among the positions. */
export const CAMPAIGN_PROJECTION = 'campaign-statistics';

export interface CampaignProjectionOptions {
  readonly parts: PartStore;
  /** Where the place in a shard is left behind each batch that is done. */
  readonly positionsOf?: (shard: string) => Positions;
  readonly metrics?: BatchMetrics;
  readonly log?: BatchLog;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** What an event source with a tumbling window says of its batch beside the records; LocalStack has no windows. */
interface WindowEvent extends DynamoDBStreamEvent {
  readonly shardId?: string;
}

/**
 * The shard that a batch is of. Without a tumbling window an event names none; then the stream stands for it, which is right where the
 * sequence numbers of a stream grow over all of its shards.
 */
export const shardOf = (event: DynamoDBStreamEvent): string =>
  (event as WindowEvent).shardId ?? event.Records[0]?.eventSourceARN ?? 'unknown';

/**
 * Counts the notifications of each campaign: exactly, whatever comes again, in whatever batches, and at the cost of one conditional
 * write a campaign, month and shard of the batch. Requires that the event source hands the records of a shard over in order the
 * first time (parallelization factor 1), `NEW_AND_OLD_IMAGES`, and `ReportBatchItemFailures`.
 */
export const createCampaignProjection =
  (options: CampaignProjectionOptions): StreamProjection =>
  async (event, invocation) => {
    const { parts, clock = Date.now } = options;
    const now = clock();
    const shard = shardOf(event);
    const account = new BatchAccount(event.Records);
    const changed = changesOf(event.Records, shard);
    const { outcomes, retried } = await parts.count(changed, invocation);
    account.counts.retried = retried;
    const failed = new Map<DynamoDBRecord, string>();
    const counted = new Set<DynamoDBRecord>();
    const grown: string[] = [];
    for (const [index, { key, records }] of changed.entries()) {
      const outcome = outcomes[index] ?? { status: 'failed', cause: 'NO_OUTCOME' };
      if (outcome.status === 'failed') {
        for (const record of records) failed.set(record, outcome.cause);
      } else if (outcome.status === 'counted') {
        for (const record of records.slice(-outcome.changes)) counted.add(record);
        if (outcome.isNew) grown.push(key.marketingId);
      }
    }
    for (const [record, cause] of failed) account.fail(record, cause);
    account.counts.projected = [...counted].filter((record) => !failed.has(record)).length;
    account.counts.stale = event.Records.length - account.counts.projected - failed.size;
    if (failed.size === 0 && grown.length > 0) await parts.fold([...new Set(grown)], now);
    const answer = account.close(now, options);
    if (account.report?.failed === 0)
      await options.positionsOf?.(shard).leave(account.report, [], invocation);
    return answer;
  };
