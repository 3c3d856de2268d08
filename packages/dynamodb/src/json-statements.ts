import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue as JsonValue } from 'aws-lambda';
import { sendAsJson } from './json-body.ts';

/** A statement as DynamoDB's JSON protocol has it: values as stream events carry them, binary ones in base64. */
export interface JsonStatement {
  readonly Statement: string;
  readonly Parameters: readonly JsonValue[];
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

/** BatchExecuteStatement of statements that are JSON already: walked by the SDK they would cost more than all else that the engine does. */
export const batchExecute = (statements: readonly JsonStatement[]): BatchExecuteStatementCommand =>
  new JsonStatements({ Statements: statements } as unknown as BatchExecuteStatementCommandInput);

class JsonStatements extends BatchExecuteStatementCommand {
  override resolveMiddleware(
    ...args: Parameters<BatchExecuteStatementCommand['resolveMiddleware']>
  ): ReturnType<BatchExecuteStatementCommand['resolveMiddleware']> {
    sendAsJson<BatchExecuteStatementCommandInput>(this, () => ({ Statements: [] }));
    return super.resolveMiddleware(...args);
  }
}
