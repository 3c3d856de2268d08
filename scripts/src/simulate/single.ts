import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { plainValue, toItem } from '@notify/dynamodb';
import { keyOf, keyText } from '@notify/read-model';
import type { CommandRecord } from '@notify/shared-domain';
import { getRecords } from '../records/get-records.ts';
import { readPlacement } from '../records/read-model.ts';
import type { Session } from '../session/session.ts';

export interface SingleOptions {
  readonly userId: string;
  readonly title: string;
  readonly body?: string;
  readonly platform: CommandRecord['platform'];
  readonly status: CommandRecord['status'];
  readonly campaign?: string;
  readonly transactionId?: string;
  /** How long to wait for the row, in milliseconds. */
  readonly waitMs: number;
}

export interface SingleSummary {
  readonly dry_run: boolean;
  readonly command: CommandRecord;
  /** From the write to the row; undefined when it did not come in time. */
  readonly projected_after_ms: number | undefined;
  readonly row: Readonly<Record<string, unknown>> | undefined;
}

const POLL_MS = 10;

/** One push to one person, followed until its row is there. */
export const simulateSingle = async (session: Session, options: SingleOptions): Promise<SingleSummary> => {
  const { dynamodb, tables, signal, dryRun } = session;
  const now = Date.now();
  const command: CommandRecord = {
    transaction_id: options.transactionId ?? `tx_${randomUUID()}`,
    created_at: now,
    user_id: options.userId,
    notification_title: options.title,
    status: options.status,
    platform: options.platform,
    ap_id: 'notify-simulate',
    ...(options.body === undefined ? {} : { notification_body: options.body }),
    ...(options.campaign === undefined ? {} : { marketing_id: options.campaign }),
    ...(options.status === 'DELIVERED' ? { delivered_ts: now } : {}),
    ...(options.status === 'FAILED' ? { failed_ts: now, error_msg: 'Unregistered' } : {}),
  };
  if (dryRun) return { dry_run: true, command, projected_after_ms: undefined, row: undefined };
  const item = toItem(command);
  const key = keyOf(item);
  await dynamodb.send(new PutItemCommand({ TableName: tables.commands, Item: item }));
  const { active } = await readPlacement(session);
  const writtenAt = performance.now();
  for (;;) {
    const row = (await getRecords(dynamodb, active, [key])).get(keyText(key));
    const waitedMs = Math.round(performance.now() - writtenAt);
    if (row) {
      const plain = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
      return { dry_run: false, command, projected_after_ms: waitedMs, row: plain };
    }
    if (waitedMs > options.waitMs) {
      return { dry_run: false, command, projected_after_ms: undefined, row: undefined };
    }
    await delay(POLL_MS, undefined, { signal });
  }
};
