import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Loses answers of a DynamoDB client on the wire: the request is executed, and nobody hears of it.
 *
 * @param dynamodb a client of its own, for the loss stays on it
 * @param loses asked for each request, retries of the SDK among them
 */
export const loseAnswers = (dynamodb: DynamoDBClient, loses: (command: string) => boolean): void => {
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (!loses(context.commandName ?? '')) return answer;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', priority: 'high', name: 'loseAnswers' },
  );
};
