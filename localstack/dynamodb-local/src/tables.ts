import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { dynamodbLocalError } from './errors.ts';

const KeyAttribute = z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) });
const KeyPair = { partition_key: KeyAttribute, sort_key: KeyAttribute.nullable() };

const Table = z.object({
  ...KeyPair,
  indexes: z.array(z.object({ name: z.string(), ...KeyPair })),
  stream: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']).nullable(),
  ttl_attribute: z.string().nullable(),
});
const Tables = z.record(z.string(), Table);

export type Table = z.infer<typeof Table>;
/** By table name. */
export type Tables = z.infer<typeof Tables>;

/**
 * The tables as Terraform makes them: terraform/tables.json, read and checked. What only Terraform needs is left out.
 * @throws LocalError `TERRAFORM.INVALID`
 */
export const loadTables = (
  file: string | URL = new URL('../../../terraform/tables.json', import.meta.url),
): Tables => {
  try {
    return Tables.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw dynamodbLocalError('TERRAFORM.INVALID', `${file} does not describe tables: ${detail}`, error);
  }
};
