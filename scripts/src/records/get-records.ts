import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Backoff, type Item } from '@notify/dynamodb';
import { KEY_ATTRIBUTES, type RecordKey, recordsOf } from '@notify/read-model';

/** About five minutes of throttling: a tool that is halfway through a table waits rather than ends. */
export const PATIENCE = { timeMs: 300_000, backoff: new Backoff({ capMs: 20_000, attempts: 35 }) };

/**
 * The commands or rows of these keys, each as of now, by the text of their keys.
 * @param keysOnly read nothing but the keys: whether they are there
 */
export const getRecords = (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly RecordKey[],
  { keysOnly = false }: { readonly keysOnly?: boolean } = {},
): Promise<Map<string, Item>> =>
  recordsOf(dynamodb, table, keys, { ...PATIENCE, ...(keysOnly ? { attributes: KEY_ATTRIBUTES } : {}) });
