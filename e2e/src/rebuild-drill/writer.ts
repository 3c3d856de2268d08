import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { keyItem, type RecordKey } from '@notify/read-model';
import { createPace } from '@notify/scripts';
import { COUNTER } from './polling-client.ts';

export interface DrillWriter {
  /** Resolves with how many changes were written when the signal ends it. */
  readonly done: Promise<number>;
  /** A key that was changed a moment ago. */
  recent(): RecordKey | undefined;
}

const REMEMBERED = 10;
/** So that slow answers do not bring the rate down. Each lane has its own keys, or two changes of one key could cross. */
const LANES = 32;

/** Raises the counters of random commands, at a rate, until the signal comes. */
export const startWriter = (
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly RecordKey[],
  rate: number,
  signal: AbortSignal,
): DrillWriter => {
  const pace = createPace(rate, undefined, Number.POSITIVE_INFINITY);
  const recent: RecordKey[] = [];
  // Above whatever the history holds.
  let counter = Date.now();
  const lane = async (number: number): Promise<number> => {
    const own = keys.filter((_, index) => index % LANES === number);
    const hot: RecordKey[] = [];
    let written = 0;
    for (; own.length > 0 && !signal.aborted; written++) {
      await pace(1);
      // Half of the changes hit keys that were changed before: those are the ones that could go back.
      const known = Math.random() < 0.5 ? any(hot) : undefined;
      const key = known ?? (any(own) as RecordKey);
      counter += 1;
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(key),
          UpdateExpression: 'SET #counter = :counter, #status = :delivered',
          ExpressionAttributeNames: { '#counter': COUNTER, '#status': 'status' },
          ExpressionAttributeValues: { ':counter': { N: String(counter) }, ':delivered': { S: 'DELIVERED' } },
        }),
      );
      remember(hot, key, REMEMBERED);
      remember(recent, key, REMEMBERED * LANES);
    }
    return written;
  };
  const lanes = Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  return {
    done: lanes.then((written) => written.reduce((sum, count) => sum + count, 0)),
    recent: () => any(recent),
  };
};

const any = <T>(values: readonly T[]): T | undefined => values[Math.floor(Math.random() * values.length)];

const remember = (keys: RecordKey[], key: RecordKey, size: number): void => {
  keys.push(key);
  if (keys.length > size) keys.shift();
};
