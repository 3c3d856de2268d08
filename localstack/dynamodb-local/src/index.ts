export { LOCAL_AWS } from './aws.ts';
export {
  type DynamoDBLocal,
  type DynamoDBLocalOptions,
  dynamoDBLocalDirectory,
  javaCommand,
  startDynamoDBLocal,
} from './dynamodb-local.ts';
export { LOCAL_ERRORS, LocalError, type LocalErrorCode } from './local-error.ts';
export { assertPortFree, freePort } from './port.ts';
export { createTables, toCreateTable } from './table-creation.ts';
export { loadTables, type Table, type Tables } from './tables.ts';
