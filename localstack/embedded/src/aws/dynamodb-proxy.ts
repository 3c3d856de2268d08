import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { LocalClientConfig } from '@notify/dynamodb-local';
import { AwsError } from './aws-error.ts';

const WRITES = /^DynamoDB_\d+\.(Put|Update|Delete|BatchWrite|TransactWrite|Execute|BatchExecute)/;
/** Longer than any request to DynamoDB takes. */
const TIMEOUT_MS = 30_000;

/** Passes a request on to DynamoDB Local and its answer back, both as they stream. */
export class DynamoDBProxy {
  readonly #port: number;
  readonly #credential: string;
  readonly #onWritten: (request: Buffer) => void;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param onWritten called with the request when a write has been answered, so that streams need not be polled to be fast */
  constructor(target: LocalClientConfig, onWritten: (request: Buffer) => void) {
    this.#port = Number(new URL(target.endpoint).port);
    this.#credential = `Credential=${target.credentials.accessKeyId}/20260101/${target.region}/`;
    this.#onWritten = onWritten;
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isWrite = WRITES.test(String(request.headers['x-amz-target']));
    const written: Buffer[] = [];
    if (isWrite) request.on('data', (chunk: Buffer) => written.push(chunk));
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          agent: this.#agent,
          method: request.method,
          path: request.url,
          headers: this.#signed(request.headers),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
        (incoming) => {
          if (isWrite) this.#onWritten(Buffer.concat(written));
          response.writeHead(incoming.statusCode ?? 500, incoming.headers);
          pipeline(incoming, response).then(resolve, reject);
        },
      );
      outgoing.once('error', (error) => {
        reject(new AwsError('InternalServerError', 500, `DynamoDB Local did not answer: ${error.message}`));
      });
      pipeline(request, outgoing).catch(() => outgoing.destroy());
    });
  }

  /**
   * With whatever key and region a client signs, its request goes to the database of this stack. DynamoDB Local reads whose database is
   * meant from the credential and holds no signature against it; a request that is not signed at all it refuses itself.
   */
  #signed(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
    const { authorization } = headers;
    if (authorization === undefined) return headers;
    return {
      ...headers,
      authorization: authorization.replace(/Credential=[^/]*\/[^/]*\/[^/]*\//, this.#credential),
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}
