/** A program that starts DynamoDB Local, tells its pid, and waits to be killed. */
import { startDynamoDBLocal } from './dynamodb-local.ts';

const { pid } = await startDynamoDBLocal();
process.send?.(pid);
