import type { ServerResponse } from 'node:http';

/** An error in the shape in which AWS's JSON services give theirs, so that SDKs and the aws CLI show it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const notFound = (what: string, arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', 404, `${what} not found: ${arn}`);

export const sendAwsError = (response: ServerResponse, error: AwsError): void => {
  response.writeHead(error.status, { 'content-type': 'application/json', 'x-amzn-errortype': error.code });
  response.end(
    JSON.stringify({ __type: error.code, Type: 'User', message: error.message, Message: error.message }),
  );
};

/** The same for the services of the query protocol (STS, SQS of old, IAM …), whose clients read XML only. */
export const sendAwsXmlError = (response: ServerResponse, error: AwsError): void => {
  response.writeHead(error.status, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${error.message}</Message></Error></ErrorResponse>`,
  );
};

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
