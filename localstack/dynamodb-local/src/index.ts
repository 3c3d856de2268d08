export { LOCAL_AWS } from './aws.ts';
export {
  type DynamoDBLocal,
  type DynamoDBLocalOptions,
  dynamoDBLocalDirectory,
  startDynamoDBLocal,
} from './dynamodb-local.ts';
export { createTables, toCreateTable } from './table-creation.ts';
export { loadTables, type Table, type Tables } from './tables.ts';
