import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  IdempotencyPersistenceLayerError,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import type { Context } from 'aws-lambda';
import type { EventStored } from '../domain/views.ts';
import { RECEIPT_HOURS } from '../events/dynamodb-event-store.ts';
import type { CommandKey } from './command-key.ts';
import type { Idempotency } from './handle-command.ts';

/** How long a command counts as being handled when nothing more is heard of it; longer than the function may run. */
const LEASE_MS = 15_000;
/** With a part of a second by chance, so that no two leases end at the same time. */
const leaseMs = (): number => LEASE_MS + 1_000 * Math.random();

/**
 * Powertools' store, whose lease knows itself: when the answer to its put is lost, the SDK puts again, meets it, and the command would
 * count as being handled by someone else until the lease ends. Should two ever take each other's lease for their own, the receipt that
 * is stored with the event still has the command done once.
 */
class LeaseStore extends DynamoDBPersistenceLayer {
  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    try {
      await super._putRecord(record);
    } catch (error) {
      const there = error instanceof IdempotencyItemAlreadyExistsError ? error.existingRecord : undefined;
      const isOwn =
        there?.getStatus() === 'INPROGRESS' &&
        there.inProgressExpiryTimestamp === record.inProgressExpiryTimestamp;
      if (!isOwn) throw error;
    }
  }
}

/** Powertools' idempotency over a table with the key `id` S and the time-to-live attribute `expiration`. */
export const powertoolsIdempotency = (awsSdkV3Client: DynamoDBClient, tableName: string): Idempotency => {
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'commandId',
    payloadValidationJmesPath: 'fingerprint',
    expiresAfterSeconds: RECEIPT_HOURS * 3_600,
    hashFunction: 'sha256',
    lambdaContext: { getRemainingTimeInMillis: leaseMs } as Context,
  });
  const idempotent = makeIdempotent(
    (_: Readonly<CommandKey>, handle: () => Promise<EventStored>): Promise<EventStored> => handle(),
    {
      persistenceStore: new LeaseStore({ tableName, awsSdkV3Client }),
      config,
      keyPrefix: 'command',
      dataIndexArgument: 0,
    },
  );
  return async (key, handle) => {
    try {
      return await idempotent(key, handle);
    } catch (error) {
      throw toCause(error);
    }
  };
};

const toCause = (error: unknown): unknown => {
  if (error instanceof IdempotencyValidationError) return new AppError('IDEMPOTENCY.KEY_REUSED');
  if (error instanceof IdempotencyAlreadyInProgressError) return new AppError('IDEMPOTENCY.IN_PROGRESS');
  return error instanceof IdempotencyPersistenceLayerError ? (error.cause ?? error) : error;
};
