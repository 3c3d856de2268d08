import type { Invocation, Item } from '@notify/dynamodb';
import { AppError, toAppError } from '@notify/shared-domain';
import type {
  BatchCounts,
  BatchLog,
  BatchMetrics,
  Quarantine,
  RowChange,
  RowWriter,
  StreamProjection,
  WriteOutcome,
} from '@notify/stream-projection';
import { BatchAccount, toQuarantineEntry } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { fromSequence, toSequence } from '../domain/sequence.ts';
import { isPersonalType, readEvent } from '../domain/stored-event.ts';
import { fromEventItem } from '../events/event-item.ts';
import type { EventReader, StoredEvent } from '../events/event-store.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { unsealWith } from '../keys/sealing.ts';
import { USER_VIEWS, UserRow, VIEW_NAMES, type ViewName } from './user-rows.ts';

export interface UserRowReader {
  /** The rows of these users as they are now; missing ones are left out. */
  read(view: ViewName, userIds: readonly string[]): Promise<ReadonlyMap<string, Item>>;
}

export interface UserProjectionOptions {
  readonly events: EventReader;
  readonly keys: Pick<KeyStore, 'find'>;
  readonly rows: UserRowReader;
  readonly writers: Readonly<Record<ViewName, RowWriter>>;
  readonly quarantine: Quarantine;
  readonly metrics?: BatchMetrics;
  readonly log?: BatchLog;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Projects the stream of `EventsTable`. Whatever the order, duplication, loss, retry or crash of deliveries: each row ends as the
 * fold of its user's stored events, each event in it once.
 *
 * A row holds the version of its user up to which events are in it, and takes only the next one. Those between the row and a
 * record are read from the event store. A record of a MODIFY only says that there is something to see to: what lies behind the
 * row is read from the store, to its end. An event that cannot be read goes to quarantine and the row stays before it, so that
 * it never shows a state that no version had; the events behind it follow as soon as it can be read.
 */
export const createUserProjection =
  (options: UserProjectionOptions): StreamProjection =>
  async ({ Records: records }, invocation) => {
    const now = (options.clock ?? Date.now)();
    const account = new BatchAccount(records);
    await new Batch(options, invocation, account).project(records);
    return account.close(now, options);
  };

/** The records of one user in a batch, and what they lead to. */
interface UserBatch {
  readonly userId: string;
  /** By version; a second record of the same one is a duplicate. */
  readonly records: Map<number, DynamoDBRecord>;
  readonly events: Map<number, StoredEvent>;
  readToEnd: boolean;
  rows: Readonly<Record<ViewName, UserRow>>;
  /** The version at which the rows were found. */
  from: number;
  /** The version up to which the rows have come. */
  to: number;
  unreadable: { readonly event: StoredEvent; readonly error: AppError } | undefined;
}

class Batch {
  readonly #options: UserProjectionOptions;
  readonly #invocation: Invocation;
  readonly #account: BatchAccount;
  readonly #counts: BatchCounts;
  readonly #users = new Map<string, UserBatch>();

  constructor(options: UserProjectionOptions, invocation: Invocation, account: BatchAccount) {
    this.#options = options;
    this.#invocation = invocation;
    this.#account = account;
    this.#counts = account.counts;
  }

  async project(records: readonly DynamoDBRecord[]): Promise<void> {
    const foreign = this.#sortOut(records);
    await this.#attempt(() => this.#findRows());
    await Promise.all(
      [...this.#users.values()].map((user) => this.#attempt(() => this.#fillGaps(user), user)),
    );
    await this.#attempt(() => this.#apply());
    await Promise.all(VIEW_NAMES.map((view) => this.#write(view)));
    for (const user of this.#users.values()) this.#countApplied(user);
    await this.#setAside(foreign);
  }

  /** Sorts the records by user and version. Gives those that are of no event of this system. */
  #sortOut(records: readonly DynamoDBRecord[]): DynamoDBRecord[] {
    const foreign: DynamoDBRecord[] = [];
    for (const record of records) {
      const userId = record.dynamodb?.Keys?.['AggregateID']?.S;
      const version = fromSequence(record.dynamodb?.Keys?.['Sequence']?.S);
      if (record.eventName === 'REMOVE') this.#counts.stale++;
      else if (!userId || version === undefined) foreign.push(record);
      else this.#add(this.#batchOf(userId), version, record);
    }
    return foreign;
  }

  #batchOf(userId: string): UserBatch {
    const known = this.#users.get(userId);
    if (known) return known;
    const rows = { detail: new UserRow('detail', undefined), summary: new UserRow('summary', undefined) };
    const user: UserBatch = {
      userId,
      records: new Map(),
      events: new Map(),
      readToEnd: false,
      rows,
      from: 0,
      to: 0,
      unreadable: undefined,
    };
    this.#users.set(userId, user);
    return user;
  }

  #add(user: UserBatch, version: number, record: DynamoDBRecord): void {
    if (user.records.has(version)) this.#counts.superseded++;
    else user.records.set(version, record);
    const event = record.dynamodb?.NewImage && fromEventItem(record.dynamodb.NewImage as Item);
    if (record.eventName === 'INSERT' && event) user.events.set(version, event);
    else user.readToEnd = true;
  }

  async #findRows(): Promise<void> {
    const users = [...this.#users.values()];
    const userIds = users.map(({ userId }) => userId);
    const [detail, summary] = await Promise.all([
      this.#options.rows.read('detail', userIds),
      this.#options.rows.read('summary', userIds),
    ]);
    for (const user of users) {
      user.rows = {
        detail: new UserRow('detail', detail.get(user.userId)),
        summary: new UserRow('summary', summary.get(user.userId)),
      };
      user.from = Math.min(user.rows.detail.version, user.rows.summary.version);
      user.to = user.from;
    }
  }

  // #region gaps
  async #fillGaps(user: UserBatch): Promise<void> {
    const { userId, from, events, records } = user;
    const last = Math.max(...records.keys());
    let complete = !user.readToEnd;
    for (let version = from + 1; complete && version <= last; version++) complete = events.has(version);
    if (complete) return;
    for (const event of await this.#options.events.read(userId, from + 1)) events.set(event.version, event);
  }
  // #endregion gaps

  async #apply(): Promise<void> {
    const personal = [...this.#users.values()].filter(({ events, from }) =>
      [...events.values()].some(({ type, version }) => version > from && isPersonalType(type)),
    );
    const keys = await this.#options.keys.find(personal.map(({ userId }) => userId));
    for (const user of this.#users.values()) {
      const { userId, events, rows } = user;
      for (let event = events.get(user.to + 1); event; event = events.get(user.to + 1)) {
        try {
          const read = readEvent(event, unsealWith(keys.get(userId), userId, event.version));
          for (const view of VIEW_NAMES) rows[view].apply(read, event.version);
        } catch (error) {
          user.unreadable = { event, error: toAppError(error) };
          break;
        }
        user.to = event.version;
      }
    }
  }

  async #write(view: ViewName): Promise<void> {
    const writes: { user: UserBatch; change: RowChange }[] = [];
    for (const user of this.#users.values()) {
      const change = user.rows[view].change(user.userId);
      if (change) writes.push({ user, change });
    }
    if (writes.length === 0) return;
    const changes = writes.map(({ change }) => change);
    const { outcomes, retried } = await this.#options.writers[view].write(
      USER_VIEWS[view].shape,
      changes,
      this.#invocation,
    );
    this.#counts.retried += retried;
    for (const [index, { user }] of writes.entries()) {
      const cause = causeOf(outcomes[index]);
      if (cause) this.#fail(user, cause);
    }
  }

  #countApplied({ records, from, to }: UserBatch): void {
    for (const version of records.keys()) {
      if (version <= from) this.#counts.stale++;
      else if (version <= to) this.#counts.projected++;
    }
  }

  /** Puts into quarantine what is of no event, and each event before which its user's rows have stopped. */
  async #setAside(foreign: readonly DynamoDBRecord[]): Promise<void> {
    const error = new AppError('RECORD.INVALID', { detail: 'The record has no key of an event.' });
    const held = [...this.#users.values()].filter(({ unreadable }) => unreadable);
    const entries = new Map(
      [
        ...foreign.map((record) => ({ user: undefined, entry: toQuarantineEntry(record, error, KEY) })),
        ...held.map((user) => ({ user, entry: entryOf(user) })),
      ].map((item) => [`${item.entry.tableKey} ${item.entry.version}`, item]),
    );
    this.#counts.superseded += foreign.length + held.length - entries.size;
    if (entries.size === 0) return;
    const items = [...entries.values()];
    const { outcomes, retried } = await this.#options.quarantine.put(
      items.map(({ entry }) => entry),
      this.#invocation,
    );
    this.#counts.retried += retried;
    for (const [index, { user, entry }] of items.entries()) {
      const outcome = outcomes[index] ?? { status: 'failed', cause: 'NO_OUTCOME' };
      if (outcome.status === 'failed') {
        if (user) this.#fail(user, outcome.cause);
        else this.#account.fail(entry.record, outcome.cause);
        continue;
      }
      const isNew = outcome.status === 'stored';
      if (isNew) this.#account.cause(entry.error.code);
      if (!user) this.#counts[isNew ? 'quarantined' : 'requarantined']++;
      else this.#countHeld(user, isNew);
    }
  }

  /** The record of the unreadable event itself, and those that wait behind it. */
  #countHeld({ records, to }: UserBatch, isNew: boolean): void {
    for (const version of records.keys()) {
      if (version <= to) continue;
      this.#counts[isNew && version === to + 1 ? 'quarantined' : 'requarantined']++;
    }
  }

  /** Does one step of the work; when it fails, the records that depend on it have to come again. */
  async #attempt(work: () => Promise<void>, user?: UserBatch): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cause = error instanceof AppError ? error.code : (error as Error).name;
      for (const concerned of user ? [user] : [...this.#users.values()]) this.#fail(concerned, cause);
    }
  }

  /** A user whose records have to come again; those of this batch that are in its rows already will be stale then. */
  #fail(user: UserBatch, cause: string): void {
    if (!this.#users.delete(user.userId)) return;
    for (const record of user.records.values()) this.#account.fail(record, cause);
  }
}

const KEY = [
  { name: 'AggregateID', type: 'S' as const },
  { name: 'Sequence', type: 'S' as const },
];

const causeOf = (outcome: WriteOutcome | undefined): string | undefined => {
  if (outcome?.status === 'written' || outcome?.status === 'stale') return undefined;
  if (outcome?.status === 'refused') return outcome.error.code;
  return outcome?.cause ?? 'NO_OUTCOME';
};

/**
 * The entry of an unreadable event. It is the same wherever the event was found, in the stream or in the store, so that it is in
 * quarantine once; and a MODIFY, so that its redrive also brings what waits behind it.
 */
const entryOf = ({ records, userId, unreadable }: UserBatch) => {
  const { event, error } = unreadable as NonNullable<UserBatch['unreadable']>;
  const [any] = records.values();
  const Sequence = toSequence(event.version);
  const record: DynamoDBRecord = {
    eventName: 'MODIFY',
    ...(any?.eventSourceARN !== undefined && { eventSourceARN: any.eventSourceARN }),
    dynamodb: {
      Keys: { AggregateID: { S: userId }, Sequence: { S: Sequence } },
      SequenceNumber: Sequence,
      ...(records.get(event.version)?.dynamodb?.NewImage && {
        NewImage: records.get(event.version)?.dynamodb?.NewImage,
      }),
    } as NonNullable<DynamoDBRecord['dynamodb']>,
  };
  return toQuarantineEntry(record, error, KEY);
};
