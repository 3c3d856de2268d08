import type { BatchStatementError, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Backoff } from './backoff.ts';
import type { JsonStatement } from './json-statements.ts';
import { StatementBatches, type StatementTask } from './statement-batches.ts';

/** Why a statement was not executed: DynamoDB's code. */
export interface StatementFailure {
  readonly code: string;
}

/** For tools that would rather wait than end halfway. Time bounds it, for each attempt may have the patience of the tool's client in it. */
const BACKOFF = new Backoff({ baseMs: 50, capMs: 20_000, attempts: Number.POSITIVE_INFINITY });
const PATIENCE_MS = 300_000;

/**
 * Executes statements in batches, and those that DynamoDB did not get to again.
 * @param statements no two for the same item
 * @returns the failure of each, or undefined where it was executed, in their order
 * @throws what a request ended in, after five minutes of patience, when it got no answer that is about its statements
 */
export const executeStatements = async (
  dynamodb: DynamoDBClient,
  statements: readonly JsonStatement[],
): Promise<(StatementFailure | undefined)[]> => {
  const tasks = statements.map((statement) => new Execution(statement));
  const endsAt = Date.now() + PATIENCE_MS;
  await new StatementBatches(dynamodb, { backoff: BACKOFF }).run(tasks, {
    remainingTimeMs: () => endsAt - Date.now(),
  });
  const unanswered = tasks.find(({ thrown }) => thrown !== undefined);
  if (unanswered) throw unanswered.thrown;
  return tasks.map(({ failure }) => failure);
};

/** A statement that is sent as it is, until DynamoDB has said its word. */
class Execution implements StatementTask {
  readonly statement: JsonStatement;
  readonly length: number;
  failure: StatementFailure | undefined = undefined;
  thrown: unknown;

  constructor(statement: JsonStatement) {
    this.statement = statement;
    this.length = JSON.stringify(statement.Parameters).length;
  }

  settle(error: BatchStatementError | undefined): boolean {
    if (error) this.fail(String(error.Code));
    return false;
  }

  fail(code: string, thrown?: unknown): void {
    this.failure = { code };
    this.thrown = thrown;
  }
}
