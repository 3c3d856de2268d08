import { AppError } from '@notify/shared-domain';
import { type RowShape, VERSION } from '../projection.ts';

/** The two texts that write rows with the same set of columns. */
export interface RowStatement {
  /** Parameters: key, version, present columns. */
  readonly insert: string;
  /** Parameters: version, present columns, key, version. */
  readonly update: string;
}

/** DynamoDB's bound of a statement, in characters. */
const MAX_STATEMENT_LENGTH = 8_192;
/** As many bits as a safe integer has. */
const MAX_COLUMNS = 53;

/**
 * The statement texts of one table, made once for each set of columns that occurs. An update sets every present column and
 * removes every absent one, so that the row depends on nothing but the image.
 */
export class RowStatements {
  readonly #table: string;
  readonly #shape: RowShape;
  readonly #statements = new Map<number, RowStatement>();

  /** @throws AppError `CONFIG.INVALID` when the table has too many columns for one statement */
  constructor(table: string, shape: RowShape) {
    this.#table = table;
    this.#shape = shape;
    const longest = Math.max(this.#update(() => false).length, this.#insert(() => true).length);
    if (shape.columns.length > MAX_COLUMNS || longest > MAX_STATEMENT_LENGTH) {
      throw new AppError('CONFIG.INVALID', {
        detail: `The ${shape.columns.length} columns of ${table} do not fit into a statement.`,
      });
    }
  }

  /** @param present sum of 2^i over each present column i of the shape */
  for(present: number): RowStatement {
    let statement = this.#statements.get(present);
    if (!statement) {
      const isPresent = (column: number) => Math.floor(present / 2 ** column) % 2 === 1;
      statement = { insert: this.#insert(isPresent), update: this.#update(isPresent) };
      this.#statements.set(present, statement);
    }
    return statement;
  }

  #insert(isPresent: (column: number) => boolean): string {
    const { key, columns } = this.#shape;
    const names = [...key.map(({ name }) => name), VERSION, ...columns.filter((_, i) => isPresent(i))];
    return `INSERT INTO ${quoted(this.#table)} VALUE {${names.map((name) => `${asText(name)}:?`).join(',')}}`;
  }

  #update(isPresent: (column: number) => boolean): string {
    const { key, columns } = this.#shape;
    const changes = columns.map((name, i) =>
      isPresent(i) ? ` SET ${quoted(name)}=?` : ` REMOVE ${quoted(name)}`,
    );
    // SET first: the parameters are bound in the order of the text.
    changes.sort((a, b) => Number(a.startsWith(' REMOVE')) - Number(b.startsWith(' REMOVE')));
    const where = key.map(({ name }) => `${quoted(name)}=?`).join(' AND ');
    const version = quoted(VERSION);
    return (
      `UPDATE ${quoted(this.#table)} SET ${version}=?${changes.join('')}` +
      ` WHERE ${where} AND (${version} < ? OR ${version} IS MISSING)`
    );
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const asText = (name: string): string => `'${name.replaceAll("'", "''")}'`;
