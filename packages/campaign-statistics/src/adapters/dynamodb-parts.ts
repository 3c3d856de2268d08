import type { AttributeValue, BatchStatementError, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  getItems,
  type Invocation,
  type JsonStatement,
  StatementBatches,
  type StatementBatchesOptions,
  type StatementTask,
} from '@notify/dynamodb';
import type { CountOutcome, CountReport, PartStore } from '../application/part-store.ts';
import type { PartChanges } from '../domain/batch-changes.ts';
import { advance, EMPTY_PART, type Part } from '../domain/part.ts';
import { foldCampaign } from './fold.ts';
import {
  LIST_INDEX,
  LISTING,
  PART_COLUMNS,
  PARTITION_KEY,
  partName,
  SORT_KEY,
  toKey,
  toPart,
  toValues,
} from './part-item.ts';

/** Parts that are remembered as they were written last, so that the next batch need not read them. */
const MAX_REMEMBERED = 2_000;

/** The parts in `campaign-statistics`: optimistic writes, each on the condition that the fence is where it was read. */
export class DynamoDBParts implements PartStore {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;
  readonly #batches: StatementBatches;
  readonly #remembered = new Map<string, Part>();

  constructor(dynamodb: DynamoDBClient, table: string, options?: StatementBatchesOptions) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#batches = new StatementBatches(dynamodb, options);
  }

  async count(parts: readonly PartChanges[], invocation: Invocation): Promise<CountReport> {
    if (parts.length === 0) return { outcomes: [], retried: 0 };
    try {
      await this.#recall(parts);
    } catch (error) {
      const cause = error instanceof Error ? error.name : 'UNREADABLE';
      return { outcomes: parts.map(() => ({ status: 'failed', cause })), retried: 0 };
    }
    const writes = parts.map((part) => new PartWrite(this.#table, part, this.#remembered.get(idOf(part))));
    const listed = await this.#list(writes, invocation);
    const due = writes.filter((write) => !write.isDone);
    const retried = await this.#batches.run(due, invocation);
    for (const write of writes) {
      if (write.part === undefined) this.#remembered.delete(idOf(write.changes));
      else this.#remembered.set(idOf(write.changes), write.part);
    }
    return { outcomes: writes.map(({ outcome }) => outcome), retried: listed + retried };
  }

  async fold(marketingIds: readonly string[], now: number): Promise<void> {
    for (const marketingId of marketingIds) {
      const folded = await foldCampaign(this.#dynamodb, this.#table, marketingId, now);
      for (const key of folded) this.#remembered.delete(idOf({ key }));
    }
  }

  /** Reads the parts that are not remembered. */
  async #recall(parts: readonly PartChanges[]): Promise<void> {
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.clear();
    const unknown = parts.filter((part) => !this.#remembered.has(idOf(part)));
    const items = await getItems(
      this.#dynamodb,
      this.#table,
      unknown.map(({ key }) => toKey(key)),
    );
    for (const { key, part } of items.map(toPart)) this.#remembered.set(idOf({ key }), part);
  }

  /** Has each campaign in the list before it has a part: a part without a listing would never get one. */
  async #list(writes: readonly PartWrite[], invocation: Invocation): Promise<number> {
    const listings = new Map<string, Listing>();
    for (const { part, changes } of writes) {
      const { marketingId } = changes.key;
      const createdAt = changes.changes[0]?.contribution.createdAt ?? 0;
      if (part === undefined) listings.set(marketingId, new Listing(this.#table, marketingId, createdAt));
    }
    const retried = await this.#batches.run([...listings.values()], invocation);
    for (const write of writes) {
      const cause = listings.get(write.changes.key.marketingId)?.failure;
      if (cause !== undefined) write.fail(cause);
    }
    return retried;
  }
}

const idOf = ({ key }: Pick<PartChanges, 'key'>): string => `${partName(key)}#${key.marketingId}`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const KEY_CONDITION = `${quoted(PARTITION_KEY)}=? AND ${quoted(SORT_KEY)}=?`;

/** The item that has a campaign in the list; whoever comes first makes it. */
class Listing implements StatementTask {
  readonly length: number;
  readonly statement: JsonStatement;
  failure: string | undefined = 'UNSETTLED';

  constructor(table: string, marketingId: string, listedAt: number) {
    const { partitionKey, list, sortKey } = LIST_INDEX;
    this.length = marketingId.length;
    this.statement = {
      Statement: `INSERT INTO ${quoted(table)} VALUE {'${PARTITION_KEY}':?,'${SORT_KEY}':?,'${partitionKey}':?,'${sortKey}':?}`,
      Parameters: [{ S: marketingId }, { S: LISTING }, { S: list }, { N: String(listedAt) }],
    };
  }

  settle(error: BatchStatementError | undefined): boolean {
    this.failure = error === undefined || error.Code === 'DuplicateItem' ? undefined : String(error.Code);
    return false;
  }

  fail(cause: string): void {
    this.failure = cause;
  }
}

/** How often a part may turn out to be another one than it was read; more often than any real race. */
const MAX_TURNS = 8;
/** A fence that no part has: an update on its condition shows what is there. */
const NO_FENCE = 'none';

/** A part on its way into the table. */
class PartWrite implements StatementTask {
  readonly changes: PartChanges;
  outcome: CountOutcome = { status: 'failed', cause: 'UNSETTLED' };
  /** As it is known to be in the table; undefined when it is not there, or when nobody knows. */
  part: Part | undefined;
  /** Whether something is there that has to be looked at. */
  #isUnseen = false;
  #next: Part = EMPTY_PART;
  #isDone = false;
  #turns = 0;
  readonly #table: string;

  constructor(table: string, changes: PartChanges, part: Part | undefined) {
    this.#table = table;
    this.changes = changes;
    this.part = part;
    this.#advance();
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get length(): number {
    return this.#next.tally.size * 40;
  }

  get statement(): JsonStatement {
    const { marketingId } = this.changes.key;
    const key = [{ S: marketingId }, { S: partName(this.changes.key) }];
    if (this.part === undefined && !this.#isUnseen) {
      const columns = [PARTITION_KEY, SORT_KEY, ...PART_COLUMNS].map((name) => `'${name}':?`).join(',');
      return {
        Statement: `INSERT INTO ${quoted(this.#table)} VALUE {${columns}}`,
        Parameters: [...key, ...toValues(this.#next)],
      };
    }
    const sets = PART_COLUMNS.map((name) => ` SET ${quoted(name)}=?`).join('');
    return {
      Statement: `UPDATE ${quoted(this.#table)}${sets} WHERE ${KEY_CONDITION} AND "sequence"=?`,
      Parameters: [...toValues(this.#next), ...key, { S: this.part?.sequence ?? NO_FENCE }],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  }

  settle(error: BatchStatementError | undefined): boolean {
    switch (error?.Code) {
      case undefined:
        this.#written();
        return false;
      case 'DuplicateItem':
        this.#isUnseen = true;
        return this.#turn();
      case 'ConditionalCheckFailed':
        return this.#found(error?.Item);
      default:
        this.fail(String(error?.Code));
        return false;
    }
  }

  fail(cause: string): void {
    this.#isDone = true;
    // Whether it was written is not known.
    this.part = undefined;
    this.outcome = { status: 'failed', cause };
  }

  #written(): void {
    const before = this.part?.sequence ?? '';
    const changes = this.changes.changes.filter(({ version }) => version > before).length;
    this.outcome = { status: 'counted', changes, isNew: this.part === undefined };
    this.part = this.#next;
    this.#isDone = true;
  }

  /** The fence is not where it was thought to be. */
  #found(item: Record<string, AttributeValue> | undefined): boolean {
    this.#isUnseen = false;
    try {
      this.part = item && toPart({ ...toKey(this.changes.key), ...item }).part;
    } catch {
      this.fail('DAMAGED_PART');
      return false;
    }
    this.#advance();
    return !this.#isDone && this.#turn();
  }

  #advance(): void {
    const part = this.part ?? EMPTY_PART;
    this.#next = advance(part, this.changes.changes);
    if (this.#next !== part) return;
    this.#isDone = true;
    this.outcome = { status: 'known' };
  }

  #turn(): boolean {
    if (++this.#turns <= MAX_TURNS) return true;
    this.fail('PART_CONTENDED');
    return false;
  }
}
