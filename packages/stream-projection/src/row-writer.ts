import type { Invocation } from '@notify/dynamodb';
import type { AppError } from '@notify/shared-domain';
import type { AttributeValue } from 'aws-lambda';
import type { Columns, RowShape } from './projection.ts';

/** The state that a row is to have from `version` on. */
export interface RowChange {
  /** Key values in the order of the shape. */
  readonly key: readonly AttributeValue[];
  /** 40 digits. */
  readonly version: string;
  readonly columns: Columns;
  /** Whether the row is likely to be new. It saves a request when it is right and costs one when it is wrong. */
  readonly created: boolean;
}

export type WriteOutcome =
  | { readonly status: 'written' }
  /** The row already has this version or a newer one. */
  | { readonly status: 'stale' }
  /** The row can never be stored: `RECORD.INVALID` or `RECORD.TOO_LARGE`. */
  | { readonly status: 'refused'; readonly error: AppError }
  /** It may succeed later. `cause` is a code, for the log. */
  | { readonly status: 'failed'; readonly cause: string };

export interface WriteReport {
  /** One for each change, in their order. */
  readonly outcomes: readonly WriteOutcome[];
  /** How many statements had to be sent again. */
  readonly retried: number;
}

/** Brings rows to the state of newer versions and never back to that of older ones. */
export interface RowWriter {
  /**
   * Makes each row equal to its change unless it has the same or a newer version. All other columns of the shape are removed.
   * Never throws for what a store may answer.
   *
   * @param changes at most one for each key
   */
  write(shape: RowShape, changes: readonly RowChange[], invocation: Invocation): Promise<WriteReport>;
}
