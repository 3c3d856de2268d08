import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A request that never arrives, or one that is executed and nobody hears of it. */
export type Loss = 'request' | 'answer';

/**
 * Loses what a DynamoDB client sends or is sent.
 *
 * @param dynamodb a client of its own, for the losses stay on it
 * @param loses asked for each request, retries of the SDK among them
 */
export const loseMessages = (
  dynamodb: DynamoDBClient,
  loses: (command: string) => Loss | undefined,
): void => {
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const loss = loses(context.commandName ?? '');
      const answer = loss === 'request' ? undefined : await next(args);
      if (answer && !loss) return answer;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', priority: 'high', name: 'loseMessages' },
  );
};
