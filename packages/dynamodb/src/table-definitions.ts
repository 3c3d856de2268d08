import { readFileSync } from 'node:fs';
import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import * as z from 'zod/mini';

const KeyAttribute = z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) });
const KeyPair = { partition_key: KeyAttribute, sort_key: z.nullable(KeyAttribute) };

const Table = z.object({
  ...KeyPair,
  indexes: z.array(z.object({ name: z.string(), ...KeyPair })),
  stream: z.nullable(z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'])),
  ttl_attribute: z.nullable(z.string()),
});
const Tables = z.record(z.string(), Table);

export type Table = z.infer<typeof Table>;
/** By table name. */
export type Tables = z.infer<typeof Tables>;

/**
 * The tables as Terraform makes them: terraform/tables.json, read and checked. What only Terraform needs is left out.
 * @throws AppError `CONFIG.INVALID`
 */
export const loadTables = (
  file: string | URL = new URL('../../../terraform/tables.json', import.meta.url),
): Tables => {
  try {
    return Tables.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.core.$ZodError ? z.prettifyError(error) : String(error);
    throw new AppError('CONFIG.INVALID', {
      detail: `${file} does not describe tables: ${detail}`,
      cause: error,
    });
  }
};

/** What CreateTable needs to make this table, on demand, under a name. */
export const toCreateTable = (name: string, table: Table): CreateTableCommandInput => {
  const keys = [table, ...table.indexes].flatMap(({ partition_key, sort_key }) =>
    [partition_key, sort_key ?? []].flat(),
  );
  const attributes = new Map(keys.map((key) => [key.name, key.type]));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(table),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
    ...(table.stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream } }),
  };
};

const keySchema = ({
  partition_key,
  sort_key,
}: Pick<Table, 'partition_key' | 'sort_key'>): KeySchemaElement[] => [
  { AttributeName: partition_key.name, KeyType: 'HASH' },
  ...(sort_key ? [{ AttributeName: sort_key.name, KeyType: 'RANGE' as const }] : []),
];
