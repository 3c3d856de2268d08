import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { keyItem, keyOf } from '@notify/read-model';
import { createPace } from '../session/pace.ts';
import type { Session } from '../session/session.ts';
import { type BatchPlan, type GeneratedCommand, generateCommand } from './generate.ts';

export interface BatchOptions extends BatchPlan {
  readonly count: number;
  /** Commands per second; as fast as it goes without it. */
  readonly rate?: number;
  /** The share of the written commands that is removed again. */
  readonly deleteShare: number;
}

export interface BatchSummary {
  readonly dry_run: boolean;
  readonly seed: number;
  readonly campaign: string;
  readonly written: number;
  readonly malformed: number;
  readonly failed_notifications: number;
  readonly deleted: number;
  readonly seconds: number;
  /** Writes per second, deletions among them. */
  readonly achieved_rate: number;
}

const REQUEST_SIZE = 25;
const REQUESTS_AT_ONCE = 4;

/** A campaign's pushes, written as a push service writes them: one after the other, at a rate. */
export const simulateBatch = async (session: Session, options: BatchOptions): Promise<BatchSummary> => {
  const { dynamodb, tables, terminal, signal, dryRun } = session;
  const pace = createPace(options.rate, signal);
  const size = Math.min(
    REQUEST_SIZE,
    Math.max(1, Math.floor((options.rate ?? Number.POSITIVE_INFINITY) / 10)),
  );
  const counts = { written: 0, malformed: 0, failed_notifications: 0, deleted: 0 };
  const deletedItems = Math.round(options.count * options.deleteShare);
  const startedAt = performance.now();
  let index = 0;
  terminal.progress.begin('commands', options.count);
  const work = async (): Promise<void> => {
    while (index < options.count) {
      const from = index;
      const length = Math.min(size, options.count - from);
      index += length;
      await pace(length);
      const now = Date.now();
      const batch = Array.from({ length }, (_, i) => generateCommand(options, from + i, now));
      const items = batch.map(({ item }) => item);
      const removed = items.filter((_, i) => from + i < deletedItems);
      if (!dryRun) {
        await write(
          dynamodb,
          tables.commands,
          items.map((Item) => ({ PutRequest: { Item } })),
        );
        await write(dynamodb, tables.commands, removed.map(toDeleteRequest));
      }
      counts.written += items.length;
      counts.malformed += batch.filter(({ isMalformed }) => isMalformed).length;
      counts.failed_notifications += batch.filter(hasFailed).length;
      counts.deleted += removed.length;
      terminal.progress.advance(items.length);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  terminal.progress.end();
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    dry_run: dryRun,
    seed: options.seed,
    campaign: options.campaign,
    ...counts,
    seconds: Math.round(seconds * 100) / 100,
    achieved_rate: Math.round((counts.written + counts.deleted) / seconds),
  };
};

const hasFailed = ({ item, isMalformed }: GeneratedCommand): boolean =>
  !isMalformed && item['status']?.S === 'FAILED';

const toDeleteRequest = (item: Item): WriteRequest => ({ DeleteRequest: { Key: keyItem(keyOf(item)) } });

/** Writes requests for distinct keys; those that DynamoDB leaves unprocessed again. */
const write = async (
  dynamodb: DynamoDBClient,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> => {
  let rest: WriteRequest[] = [...requests];
  for (let turn = 0; rest.length > 0; turn++) {
    if (turn > 0) await delay(Math.random() * Math.min(2_000, 50 * 2 ** turn));
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: rest } }),
    );
    rest = UnprocessedItems?.[table] ?? [];
  }
};
