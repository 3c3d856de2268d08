export {
  decodeAttributes,
  decodeInteger,
  isImage,
  itemBytes,
  MAX_ITEM_BYTES,
  type StreamImage,
} from './attribute-values.ts';
export { Backoff, type BackoffOptions } from './backoff.ts';
export {
  ANSWER_LIMITS,
  createDynamoDBClient,
  requestHandler,
  STREAM_LIMITS,
  type TimeLimits,
} from './client.ts';
export { isThrottle, toStoreError } from './error-kinds.ts';
export { executeStatements, type StatementFailure } from './execute-statements.ts';
export { type GetItemsOptions, getItems } from './get-items.ts';
export type { Invocation } from './invocation.ts';
export { type Item, type PlainValue, plainScalar, plainValue, toAttributeValue, toItem } from './item.ts';
export { itemCount } from './item-count.ts';
export { type JsonPage, queryJson } from './json-query.ts';
export { batchExecute, type JsonStatement } from './json-statements.ts';
export { LOCAL_AWS } from './local-aws.ts';
export { parallelScan, type ScanPage } from './parallel-scan.ts';
export { patientRetries } from './patient-retries.ts';
export { StatementBatches, type StatementBatchesOptions, type StatementTask } from './statement-batches.ts';
export { loadTables, type Table, type Tables, toCreateTable } from './table-definitions.ts';
