import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseUserId } from '../domain/command.ts';
import { DynamoDBEventStore } from '../events/dynamodb-event-store.ts';
import { DynamoDBKeyStore } from '../keys/dynamodb-key-store.ts';
import { masterKey } from '../keys/master-key.ts';
import { UserCommands, type UserCommandsOptions } from './user-commands.ts';

/** Where the users live. */
export interface UserStoreNames {
  readonly EVENTS_TABLE: string;
  readonly USER_KEY_TABLE: string;
  readonly IDEMPOTENCY_TABLE: string;
  /** `local:<32 bytes in base64>`, or the ARN, id or alias of a KMS key. */
  readonly USER_MASTER_KEY: string;
}

/** The users' commands over their tables in DynamoDB. */
export const createUserCommands = (
  dynamodb: DynamoDBClient,
  names: UserStoreNames,
  options: Pick<UserCommandsOptions, 'backoff'> = {},
): UserCommands =>
  new UserCommands({
    events: new DynamoDBEventStore(dynamodb, {
      events: names.EVENTS_TABLE,
      receipts: names.IDEMPOTENCY_TABLE,
    }),
    keys: new DynamoDBKeyStore(dynamodb, names.USER_KEY_TABLE, masterKey(names.USER_MASTER_KEY)),
    ...options,
  });

/**
 * Forgets a person (GDPR, article 17), as `notify users erase` does it. Needs no right to use the master key. Safe to repeat.
 *
 * @throws AppError `USER.NOT_FOUND`, `EVENT_STORE.CONFLICT` or `REQUEST.PARAMETER_INVALID`: an id that is none could be another user's in the table
 */
export const eraseUser = async (
  dynamodb: DynamoDBClient,
  names: UserStoreNames,
  userId: string,
): Promise<void> => createUserCommands(dynamodb, names).erase(parseUserId(userId));
