import type { PlainValue } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';

/** A key attribute: the same name and type in the source table and in the read table. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

/** A read row as columns; an absent (or undefined) one is removed from the stored row. */
export type Columns = Readonly<Record<string, PlainValue | undefined>>;

/** How the items of a source table become the rows of a read table. */
export interface Projection<Row extends object = object> {
  /** Partition key, then sort key if there is one. The row's key is always the key of the stream record. */
  readonly key: readonly KeyAttribute[];
  /** The attributes of the source item that {@link project} reads; no other one is decoded. */
  readonly attributes: readonly string[];
  /** Every column that a row can have. Key attributes may be among them; what is not named here is never stored. */
  readonly columns: readonly (keyof Row & string)[];
  /**
   * The row of an item; a pure function, so that a row can be rebuilt and checked at any time.
   *
   * @param image the attributes as strings, safe integers, booleans, null, arrays and plain objects
   * @throws AppError `RECORD.INVALID` when the item is malformed; any other error is recorded as `INTERNAL.ERROR`
   */
  project(image: Readonly<Record<string, unknown>>): Row;
}

/** What a row writer knows of the rows: nothing of their meaning. */
export interface RowShape {
  readonly key: readonly KeyAttribute[];
  /** Every attribute but the key and the version. */
  readonly columns: readonly string[];
}

/** Orders the images of a row: the stream's sequence number, padded so that text order is number order. */
export const VERSION = 'version';
/** True in the row of a removed item. */
export const DELETED = 'deleted';
/** When DynamoDB drops a tombstone, in seconds since 1970. */
export const EXPIRES_AT = 'expires_at';

/**
 * The shape of the stored rows: the projection's columns and the engine's own.
 * @throws AppError `CONFIG.INVALID` when a column has a name that the engine needs
 */
export const toRowShape = <Row extends object>({ key, columns }: Projection<Row>): RowShape => {
  const reserved = (columns as readonly string[]).filter((name) =>
    [VERSION, DELETED, EXPIRES_AT].includes(name),
  );
  if (reserved.length > 0) {
    throw new AppError('CONFIG.INVALID', { detail: `Columns of the engine's own: ${reserved.join(', ')}.` });
  }
  const isKey = (name: string) => key.some((attribute) => attribute.name === name);
  return { key, columns: [DELETED, EXPIRES_AT, ...columns.filter((name) => !isKey(name))] };
};
