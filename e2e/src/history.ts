import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type CommandRecord,
  type NotificationQuery,
  parseQuery,
  readPage,
  toAnswer,
  toNotificationRow,
} from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { expect, vi } from 'vitest';
import type { Door } from './doors.ts';
import { documents, table } from './stage.ts';

/** A write takes seconds to become an answer, and more when it meets a cold start. */
const VISIBLE = { timeout: 90_000, interval: 200 };

type Row = Readonly<Record<string, unknown>>;

/**
 * What a test writes, under ids that nobody else has, so that it can run against a stage in use; and what the stage should answer.
 * Removing all of it leaves tombstones, which DynamoDB drops by their time to live as it does those of every removal.
 */
export class History {
  readonly id = `e2e-${randomUUID()}`;
  readonly #commands = new Map<string, CommandRecord>();
  readonly #malformed: Row[] = [];

  /** A command of this history: transaction, user and campaign are its own. */
  command(command: Partial<CommandRecord> = {}): CommandRecord {
    return {
      transaction_id: `${this.id}-tx`,
      created_at: Date.now(),
      user_id: `${this.id}-user`,
      marketing_id: `${this.id}-campaign`,
      notification_title: 'End to end 你好 👋',
      status: 'SENT',
      platform: 'IOS',
      device_token: 'token-e2e',
      payload: JSON.stringify({ aps: { alert: { body: 'A body of the payload' } } }),
      ap_id: 'mobile-app-001',
      ...command,
    };
  }

  async put(command: CommandRecord): Promise<void> {
    await documents.send(new PutCommand({ TableName: table('command-records'), Item: command }));
    this.#commands.set(keyOf(command), command);
  }

  async remove(command: CommandRecord): Promise<void> {
    await documents.send(
      new DeleteCommand({ TableName: table('command-records'), Key: primaryKey(command) }),
    );
    this.#commands.delete(keyOf(command));
  }

  /** Puts commands, and items that are none, in one batch, which makes few batches of their stream too. */
  async putTogether(commands: readonly CommandRecord[], malformed: readonly Row[] = []): Promise<void> {
    const items: Row[] = [...commands, ...malformed];
    const requests = items.map((Item) => ({ PutRequest: { Item: { ...Item } } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [table('command-records')]: requests } }));
    for (const command of commands) this.#commands.set(keyOf(command), command);
    this.#malformed.push(...malformed);
  }

  /** What a door should answer to a query of this history's ids. */
  async expected(door: Door, query: object, commands = [...this.#commands.values()]): Promise<unknown> {
    const parsed: NotificationQuery = parseQuery(door.query_type, { ...query });
    const model = new InMemoryNotificationReader(commands.map(toNotificationRow));
    return sorted(toAnswer(parsed, await readPage(model, parsed)));
  }

  /** Asks until a door answers as it should. */
  async visible(door: Door, query: object): Promise<void> {
    const body = await this.expected(door, query);
    await vi.waitFor(async () => {
      const answer = await door.ask(query);
      expect({ status: answer.status, body: sorted(answer.body) }).toEqual({ status: 200, body });
    }, VISIBLE);
  }

  /** Looks at the stage until something is there. */
  found<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    return vi.waitFor(async () => {
      const found = await look();
      if (found === undefined) throw new Error('It is not there.');
      return found;
    }, VISIBLE);
  }

  /** Removes everything that was written. */
  async cleanUp(): Promise<void> {
    for (const item of [...this.#commands.values(), ...this.#malformed]) {
      await documents.send(new DeleteCommand({ TableName: table('command-records'), Key: primaryKey(item) }));
    }
    for (const item of this.#malformed) {
      const entries = await this.found(async () => {
        const found = await quarantined(item);
        return found.length > 0 ? found : undefined;
      });
      for (const { table_key, version } of entries) {
        await documents.send(
          new DeleteCommand({ TableName: table('projection-quarantine'), Key: { table_key, version } }),
        );
      }
    }
  }
}

/** What the quarantine has of a record. */
export const quarantined = async (item: Row): Promise<Row[]> => {
  const key = JSON.stringify([item['transaction_id'], String(item['created_at'])]);
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: table('projection-quarantine'),
      KeyConditionExpression: 'table_key = :key',
      ExpressionAttributeValues: { ':key': `${table('command-records')}#${key}` },
      ConsistentRead: true,
    }),
  );
  return Items;
};

const primaryKey = ({ transaction_id, created_at }: Row | CommandRecord) => ({ transaction_id, created_at });
const keyOf = (item: Row | CommandRecord): string => JSON.stringify(primaryKey(item));

/** An answer without its cursor, rows by their key: rows of the same millisecond have no order of their own. */
export const sorted = (body: unknown): unknown => {
  const { next_cursor: _, ...answer } = (body ?? {}) as Record<string, unknown>;
  for (const name of ['items', 'data']) {
    const rows = answer[name];
    if (Array.isArray(rows)) answer[name] = rows.toSorted(byKey);
  }
  return answer;
};

const byKey = (a: Row, b: Row): number => (keyOf(a) < keyOf(b) ? -1 : 1);
