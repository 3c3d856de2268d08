import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementError,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly AttributeValue[];
}

const MAX_STATEMENTS = 25;
const MAX_TURNS = 10;
const PAUSE_MS = 50;
/** The word of DynamoDB on the item itself; anything else may pass. */
const FINAL: ReadonlySet<string | undefined> = new Set([
  'ConditionalCheckFailed',
  'DuplicateItem',
  'ValidationError',
  'ItemCollectionSizeLimitExceeded',
  'AccessDenied',
  'ResourceNotFound',
]);

/**
 * Executes statements, 25 in a request, and those that were throttled again.
 * @param statements no two for the same item
 * @returns the final error of each, or undefined where it was executed, in their order
 */
export const executeStatements = async (
  dynamodb: DynamoDBClient,
  statements: readonly Statement[],
): Promise<(BatchStatementError | undefined)[]> => {
  const errors: (BatchStatementError | undefined)[] = [];
  let due = statements.map((_, index) => index);
  for (let turn = 0; due.length > 0; turn++) {
    if (turn > 0) await delay(PAUSE_MS * 2 ** turn * Math.random());
    const again: number[] = [];
    for (let start = 0; start < due.length; start += MAX_STATEMENTS) {
      const batch = due.slice(start, start + MAX_STATEMENTS);
      const { Responses = [] } = await dynamodb.send(
        new BatchExecuteStatementCommand({
          Statements: batch.map((index) => {
            const { text, parameters } = statements[index] as Statement;
            return { Statement: text, Parameters: [...parameters] };
          }),
        }),
      );
      for (const [place, index] of batch.entries()) {
        const error = Responses[place]?.Error;
        errors[index] = error;
        if (error && !FINAL.has(error.Code) && turn < MAX_TURNS) again.push(index);
      }
    }
    due = again;
  }
  return errors;
};
