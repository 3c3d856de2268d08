import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadTables, type Table } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { AppError } from '@notify/shared-domain';
import type { Projection } from '../projection.ts';

/** A sample to test the engine with. */
export interface AccountRow {
  owner: string;
  balance?: number;
  note?: string;
  /** Key of an index: DynamoDB refuses the row when it is empty. */
  region?: string;
  vip?: boolean;
}

export const accounts: Projection<AccountRow> = {
  key: [
    { name: 'account', type: 'S' },
    { name: 'number', type: 'N' },
  ],
  attributes: ['owner', 'balance', 'note', 'region', 'vip'],
  columns: ['owner', 'balance', 'note', 'region', 'vip'],
  project: (image) => {
    if (typeof image.owner !== 'string') throw new AppError('RECORD.INVALID', { detail: 'Missing: owner.' });
    return image as unknown as AccountRow;
  },
};

const accountsTable: Table = {
  partition_key: { name: 'account', type: 'S' },
  sort_key: { name: 'number', type: 'N' },
  indexes: [
    {
      name: 'region-index',
      partition_key: { name: 'region', type: 'S' },
      sort_key: { name: 'number', type: 'N' },
    },
  ],
  stream: null,
  ttl_attribute: null,
};

export interface AccountTables {
  readonly rows: string;
  readonly quarantine: string;
}

/**
 * The read table of the sample and a quarantine as terraform/tables.json has it, under names with the suffix; without time to
 * live, which takes its time to be turned on and comes to nothing in tests.
 */
export const createAccountTables = async (
  dynamodb: DynamoDBClient,
  suffix: string,
): Promise<AccountTables> => {
  const quarantine = loadTables()['projection-quarantine'];
  if (!quarantine) throw new RangeError('terraform/tables.json has no projection-quarantine.');
  const rename = (name: string) => `${name}-${suffix}`;
  const tables = { accounts: accountsTable, quarantine: { ...quarantine, ttl_attribute: null } };
  await createTables(dynamodb, tables, { rename });
  return { rows: rename('accounts'), quarantine: rename('quarantine') };
};

/** An item as plain values; numbers and texts as they are. */
export const toPlain = (item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.S ?? value.BOOL ?? (value.N === undefined ? value : Number(value.N)),
    ]),
  );
