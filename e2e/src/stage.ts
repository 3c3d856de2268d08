import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import './global-setup.ts';

/** The stage under test, as the tests reach it. */
export const target = inject('target');

export const notifications = target.apis['notifications'] ?? '';

/** For any AWS client. On AWS the usual chain finds credentials and region. */
export const clientConfig = {
  ...(target.awsEndpoint
    ? { endpoint: target.awsEndpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
    : {}),
  ...(target.region ? { region: target.region } : {}),
};

export const documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig), {
  marshallOptions: { removeUndefinedValues: true },
});
export const lambda = new LambdaClient(clientConfig);

/** The real name of a table or function by its name in Terraform's files. */
const named = (kind: 'tables' | 'functions') => (name: string) => {
  const real = target[kind][name];
  if (real === undefined) throw new Error(`The stage has no ${name} among its ${kind}.`);
  return real;
};
export const table = named('tables');
export const functionName = named('functions');

export interface Invoked {
  readonly payload: unknown;
  readonly functionError: string | undefined;
}

/** `lambda invoke`. */
export const invoke = async (name: string, event: unknown): Promise<Invoked> => {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
  );
  return {
    payload: JSON.parse(Buffer.from(Payload ?? []).toString() || 'null'),
    functionError: FunctionError,
  };
};

export interface HttpAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

const answerOf = async (response: Response): Promise<HttpAnswer> => {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text === '' ? undefined : JSON.parse(text),
  };
};

export const get = async (url: string, query: object = {}): Promise<HttpAnswer> => {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return answerOf(await fetch(parameters.size > 0 ? `${url}?${parameters}` : url));
};

export const post = async (url: string, body: object | string, type = 'application/json') =>
  answerOf(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );

export const send = async (method: string, url: string): Promise<HttpAnswer> =>
  answerOf(await fetch(url, { method }));
