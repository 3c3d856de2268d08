import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Target } from './target.ts';

interface Invoked {
  readonly payload: unknown;
  readonly functionError: string | undefined;
}

/** A stage as tests and proofs reach it. */
export interface Stage {
  readonly target: Target;
  /** Base URLs of the REST APIs. */
  readonly notifications: string;
  readonly users: string;
  /** For any AWS client. On AWS the usual chain finds credentials and region. */
  readonly clientConfig: object;
  readonly documents: DynamoDBDocumentClient;
  readonly lambda: LambdaClient;
  /** The real name of a table or function by its name in Terraform's files. */
  readonly table: (name: string) => string;
  readonly functionName: (name: string) => string;
  /** `lambda invoke`, by the name in Terraform's files or a real one. */
  readonly invoke: (name: string, event: unknown) => Promise<Invoked>;
  readonly close: () => void;
}

export const openStage = (target: Target): Stage => {
  const clientConfig = {
    ...(target.awsEndpoint
      ? { endpoint: target.awsEndpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
      : {}),
    ...(target.region ? { region: target.region } : {}),
  };
  const dynamodb = new DynamoDBClient(clientConfig);
  const lambda = new LambdaClient(clientConfig);
  const named = (kind: 'tables' | 'functions') => (name: string) => {
    const real = target[kind][name];
    if (real === undefined) throw new Error(`The stage has no ${name} among its ${kind}.`);
    return real;
  };
  return {
    target,
    notifications: target.apis['notifications'] ?? '',
    users: target.apis['users'] ?? '',
    clientConfig,
    documents: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    lambda,
    table: named('tables'),
    functionName: named('functions'),
    invoke: async (name, event) => {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({
          FunctionName: target.functions[name] ?? name,
          Payload: JSON.stringify(event),
        }),
      );
      return {
        payload: JSON.parse(Buffer.from(Payload ?? []).toString() || 'null'),
        functionError: FunctionError,
      };
    },
    close: () => {
      dynamodb.destroy();
      lambda.destroy();
    },
  };
};
