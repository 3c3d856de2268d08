import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue as JsonValue } from 'aws-lambda';

/** A statement as DynamoDB's JSON protocol has it: values as stream events carry them, binary ones in base64. */
export interface JsonStatement {
  readonly Statement: string;
  readonly Parameters: readonly JsonValue[];
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

/**
 * BatchExecuteStatement of statements that are JSON already. The SDK's serializer would walk each of their values by its schema,
 * and its logger too, which costs more than all else that the engine does; so they are written into the request's body as they
 * are. Everything else about the request is the SDK's.
 */
export const batchExecute = (statements: readonly JsonStatement[]): BatchExecuteStatementCommand => {
  const input = { Statements: statements } as unknown as BatchExecuteStatementCommandInput;
  const command = new BatchExecuteStatementCommand(input);
  let body: Buffer;
  command.middlewareStack.add(
    (next) => (args) => {
      body = Buffer.from(JSON.stringify(args.input));
      return next({ ...args, input: { Statements: [] } });
    },
    { step: 'initialize', priority: 'high' },
  );
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body });
      return next(args);
    },
    { step: 'build', priority: 'high' },
  );
  return command;
};
