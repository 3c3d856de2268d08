import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import { createRequestSigner } from '@notify/request-signing';
import { createHttp, type Http, type Sign } from './http.ts';
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
  /** Signs a request to one of these, where they ask for it. */
  readonly sign: Sign;
  readonly http: Http;
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

const signerOf = ({ authorization, apis, awsEndpoint, region }: Target): Sign => {
  if (authorization !== 'AWS_IAM') return (request) => request;
  const sign = createRequestSigner({
    ...(awsEndpoint ? { credentials: LOCAL_AWS.credentials } : {}),
    ...(region ? { region } : {}),
  });
  // Whatever stage of an API is asked.
  const signed = Object.values(apis).map((url) => url.slice(0, url.lastIndexOf('/') + 1));
  return (request) => (signed.some((url) => request.url.startsWith(url)) ? sign(request) : request);
};

export const openStage = (target: Target): Stage => {
  const clientConfig = {
    ...(target.awsEndpoint ? { endpoint: target.awsEndpoint, credentials: LOCAL_AWS.credentials } : {}),
    ...(target.region ? { region: target.region } : {}),
  };
  const dynamodb = new DynamoDBClient(clientConfig);
  const lambda = new LambdaClient(clientConfig);
  const named = (kind: 'tables' | 'functions') => (name: string) => {
    const real = target[kind][name];
    if (real === undefined) throw new Error(`The stage has no ${name} among its ${kind}.`);
    return real;
  };
  const sign = signerOf(target);
  return {
    target,
    sign,
    http: createHttp(sign),
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
