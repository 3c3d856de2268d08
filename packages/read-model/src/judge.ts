import { type Item, toAttributeValue } from '@notify/dynamodb';
import { DELETED, VERSION } from '@notify/stream-projection';
import type { Expected } from './expected-rows.ts';
import { KEY_ATTRIBUTES } from './record-key.ts';

/** What is wrong with a key: */
export type Defect =
  /** a command without a row */
  | 'missing'
  /** a row that says something else than its command */
  | 'different'
  /** a row without a command */
  | 'orphan'
  /** a malformed command that quarantine knows nothing of */
  | 'unquarantined';

export interface Judgement {
  /** Undefined when command and row are in step. */
  readonly defect?: Defect;
  /** The attributes that differ, by name; never their values, which are people's data. */
  readonly fields?: readonly string[];
  /** The quarantine entry's key, when it is for quarantine to say whether the command is in order. */
  readonly quarantineKey?: string;
}

const IN_STEP: Judgement = {};

/**
 * Whether a row is what its command projects to.
 * @param expected undefined when there is no command
 * @param row as stored; undefined when there is none
 */
export const judge = (expected: Expected | undefined, row: Item | undefined): Judgement => {
  const stands = row !== undefined && row[DELETED] === undefined;
  if (expected === undefined) return stands ? { defect: 'orphan' } : IN_STEP;
  // Its row, if any, is that of the last well-formed image, which nobody knows any more.
  if ('error' in expected) return { quarantineKey: expected.quarantineKey };
  const { quarantineKey } = expected;
  if (!stands) return { defect: 'missing', quarantineKey };
  const fields = differingFields(expected.columns, row);
  return fields.length === 0 ? IN_STEP : { defect: 'different', fields, quarantineKey };
};

const differingFields = (columns: Readonly<Record<string, unknown>>, row: Item): string[] => {
  const names = new Set([...Object.keys(columns), ...Object.keys(row)]);
  for (const name of KEY_ATTRIBUTES) names.delete(name);
  names.delete(VERSION);
  const fields = [...names].filter((name) => {
    const wanted = columns[name] as string | number | boolean | undefined;
    return textOf(wanted === undefined ? undefined : toAttributeValue(wanted)) !== textOf(row[name]);
  });
  if (!/^\d{40}$/.test(row[VERSION]?.S ?? '')) fields.push(VERSION);
  return fields.sort();
};

const textOf = (value: unknown): string => JSON.stringify(value) ?? '';
