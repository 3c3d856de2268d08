export {
  type DynamoDBLocal,
  type DynamoDBLocalOptions,
  dynamoDBLocalDirectory,
  type LocalClientConfig,
  startDynamoDBLocal,
  type Tuning,
} from './dynamodb-local.ts';
export { type Loss, loseMessages } from './lost-messages.ts';
export { createTables } from './table-creation.ts';
