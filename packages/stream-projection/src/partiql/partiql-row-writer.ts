import type { AttributeValue, BatchStatementError, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Invocation,
  itemBytes,
  type JsonStatement,
  MAX_ITEM_BYTES,
  StatementBatches,
  type StatementBatchesOptions,
  type StatementTask,
  toAttributeValue,
} from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import type { AttributeValue as JsonValue } from 'aws-lambda';
import { type RowShape, VERSION } from '../projection.ts';
import type { RowChange, RowWriter, WriteOutcome, WriteReport } from '../row-writer.ts';
import { type RowStatement, RowStatements } from './row-statements.ts';

/**
 * Writes rows in batches and yet on condition, which BatchWriteItem cannot: a likely new row as INSERT, another one as UPDATE
 * WHERE its version is older, and each as the other when it turns out so.
 */
export class PartiqlRowWriter implements RowWriter {
  readonly #batches: StatementBatches;
  readonly #table: string;
  readonly #statements = new WeakMap<RowShape, RowStatements>();

  constructor(dynamodb: DynamoDBClient, table: string, options?: StatementBatchesOptions) {
    this.#batches = new StatementBatches(dynamodb, options);
    this.#table = table;
  }

  async write(shape: RowShape, changes: readonly RowChange[], invocation: Invocation): Promise<WriteReport> {
    const statements = this.#statementsOf(shape);
    const writes = changes.map((change) => new RowWrite(change, shape, statements));
    const retried = await this.#batches.run(writes, invocation);
    return { outcomes: writes.map((write) => write.outcome), retried };
  }

  #statementsOf(shape: RowShape): RowStatements {
    let statements = this.#statements.get(shape);
    if (!statements) {
      statements = new RowStatements(this.#table, shape);
      this.#statements.set(shape, statements);
    }
    return statements;
  }
}

const WRITTEN: WriteOutcome = { status: 'written' };
const STALE: WriteOutcome = { status: 'stale' };
/** How often a row may turn out to be there, then not, then there; more often than any real race. */
const MAX_TURNS = 4;

/** A row on its way into the table. */
class RowWrite implements StatementTask {
  readonly length: number;
  outcome: WriteOutcome = { status: 'failed', cause: 'UNSETTLED' };
  readonly #change: RowChange;
  readonly #shape: RowShape;
  readonly #texts: RowStatement;
  #inserts: boolean;
  #turns = 0;

  constructor(change: RowChange, shape: RowShape, statements: RowStatements) {
    const { columns } = change;
    let present = 0;
    let bit = 1;
    let length = 0;
    for (const name of shape.columns) {
      const value = columns[name];
      if (value !== undefined) present += bit;
      if (typeof value === 'string') length += value.length;
      bit *= 2;
    }
    this.#change = change;
    this.#shape = shape;
    this.#texts = statements.for(present);
    this.#inserts = change.created;
    this.length = length;
  }

  /** Made when it is sent and not kept: what waits for its turn is kept small. */
  get statement(): JsonStatement {
    const { key, version } = this.#change;
    const versionValue = { S: version };
    if (this.#inserts) {
      return { Statement: this.#texts.insert, Parameters: [...key, versionValue, ...this.#values()] };
    }
    return {
      Statement: this.#texts.update,
      Parameters: [versionValue, ...this.#values(), ...key, versionValue],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  }

  settle(error: BatchStatementError | undefined): boolean {
    if (!error) {
      this.outcome = WRITTEN;
      return false;
    }
    switch (error.Code) {
      case 'DuplicateItem':
        return this.#turnTo('update');
      case 'ConditionalCheckFailed':
        return this.#refused(error.Item);
      default:
        this.outcome = { status: 'refused', error: this.#refusal(error) };
        return false;
    }
  }

  fail(cause: string): void {
    this.outcome = { status: 'failed', cause };
  }

  /** The present columns, in the order of the shape. */
  #values(): JsonValue[] {
    const { columns } = this.#change;
    const values: JsonValue[] = [];
    for (const name of this.#shape.columns) {
      const value = columns[name];
      if (value !== undefined) values.push(toAttributeValue(value));
    }
    return values;
  }

  /** The update's condition was not met by `row`; undefined when there is none. */
  #refused(row: Record<string, AttributeValue> | undefined): boolean {
    if (!row) return this.#turnTo('insert');
    const version = row[VERSION];
    if (version?.S === undefined) {
      const detail = 'The row has a version that is not text; something else has written it.';
      this.outcome = { status: 'refused', error: new AppError('RECORD.INVALID', { detail }) };
      return false;
    }
    this.outcome = STALE;
    return false;
  }

  #turnTo(way: 'insert' | 'update'): boolean {
    if (++this.#turns > MAX_TURNS) {
      this.fail('ROW_CONTENDED');
      return false;
    }
    this.#inserts = way === 'insert';
    return true;
  }

  /** DynamoDB gives one code for every reason, so the size is found by measuring. */
  #refusal({ Code: code, Message: message }: BatchStatementError): AppError {
    const tooLarge = code === 'ItemCollectionSizeLimitExceeded' || this.#bytes() > MAX_ITEM_BYTES;
    return new AppError(tooLarge ? 'RECORD.TOO_LARGE' : 'RECORD.INVALID', message ? { detail: message } : {});
  }

  #bytes(): number {
    const { key, columns } = this.#change;
    const present = this.#shape.columns.filter((name) => columns[name] !== undefined);
    const names = [...this.#shape.key.map(({ name }) => name), VERSION, ...present];
    const values = [...key, { S: this.#change.version }, ...this.#values()];
    return itemBytes(names.map((name, i) => [name, values[i] ?? { NULL: true }] as const));
  }
}
