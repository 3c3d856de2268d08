import { errorsOf } from '@notify/toolchain';

/** What can go wrong with DynamoDB Local and its tables. */
export const dynamodbLocalError = errorsOf({
  'DYNAMODB.START_FAILED':
    'Read what Java printed; a full disk or an unwritable data directory is the usual cause.',
  'TABLE.CHANGED': 'The data directory holds tables of another shape; delete it, or use a new one.',
});
