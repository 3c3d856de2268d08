export {
  type DynamoDBLocal,
  type DynamoDBLocalOptions,
  dynamoDBLocalDirectory,
  type LocalClientConfig,
  startDynamoDBLocal,
} from './dynamodb-local.ts';
export { type Loss, loseMessages } from './lost-messages.ts';
export { createTables } from './table-creation.ts';
