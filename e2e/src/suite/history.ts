import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommandRecord } from '@notify/shared-domain';
import { expect, vi } from 'vitest';
import type { Door } from '../doors.ts';
import { keyText, Model } from '../model.ts';
import { quarantined } from '../quarantine.ts';
import { type Malformed, play, type Scenario } from '../scenario.ts';
import { documents, stage, table } from './stage.ts';

/** A write takes seconds to become an answer, and more when it meets a cold start. */
const VISIBLE = { timeout: 90_000, interval: 200 };

/**
 * What a test writes, under ids that nobody else has, so that it can run against a stage in use; and what the stage should answer.
 * Removing all of it leaves tombstones, which DynamoDB drops by their time to live as it does those of every removal.
 */
export class History {
  readonly id = `e2e-${randomUUID()}`;
  readonly #commands = new Map<string, CommandRecord>();
  readonly #malformed: Malformed[] = [];

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
    this.#commands.set(keyText(command), command);
  }

  async remove(command: CommandRecord): Promise<void> {
    await documents.send(
      new DeleteCommand({ TableName: table('command-records'), Key: primaryKey(command) }),
    );
    this.#commands.delete(keyText(command));
  }

  /** Puts commands, and items that are none, in few requests, which makes few batches of their stream too. */
  putBatch(commands: readonly CommandRecord[], malformed: readonly Malformed[] = []): Promise<void> {
    return this.play({ writes: [...commands, ...malformed].map((put) => ({ put })), commands, malformed });
  }

  async play({ writes, commands, malformed }: Scenario): Promise<void> {
    await play(documents, table('command-records'), writes);
    for (const command of commands) this.#commands.set(keyText(command), command);
    this.#malformed.push(...malformed);
  }

  /** What the stage should answer by now. */
  get model(): Model {
    return new Model(this.#commands.values());
  }

  /** Asks until a door answers as it should. */
  async visible(door: Door, query: object): Promise<void> {
    const { model } = this;
    await vi.waitFor(async () => expect(await model.difference(door, query)).toBeUndefined(), VISIBLE);
  }

  /** Looks at the stage until something is there. */
  found<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    return vi.waitFor(async () => {
      const found = await look();
      if (found === undefined) throw new Error('It is not there.');
      return found;
    }, VISIBLE);
  }

  /** What the quarantine has of an item, once it has something. */
  quarantined(item: Malformed): Promise<Record<string, unknown>[]> {
    return this.found(async () => {
      const entries = await quarantined(stage, item);
      return entries.length > 0 ? entries : undefined;
    });
  }

  /** Removes everything that was written. */
  async cleanUp(): Promise<void> {
    for (const item of [...this.#commands.values(), ...this.#malformed]) {
      await documents.send(new DeleteCommand({ TableName: table('command-records'), Key: primaryKey(item) }));
    }
    for (const item of this.#malformed) {
      for (const { table_key, version } of await this.quarantined(item)) {
        await documents.send(
          new DeleteCommand({ TableName: table('projection-quarantine'), Key: { table_key, version } }),
        );
      }
    }
  }
}

const primaryKey = ({ transaction_id, created_at }: Malformed | CommandRecord) => ({
  transaction_id,
  created_at,
});
