import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AwsError } from './aws-error.ts';

const WRITES = /^DynamoDB_\d+\.(Put|Update|Delete|BatchWrite|TransactWrite|Execute|BatchExecute)/;

/** Passes a request on to DynamoDB Local and its answer back, both as they stream. */
export class DynamoDBProxy {
  readonly #port: number;
  readonly #onWritten: (request: Buffer) => void;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param onWritten called with the request when a write has been answered, so that streams need not be polled to be fast */
  constructor(port: number, onWritten: (request: Buffer) => void) {
    this.#port = port;
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
          headers: request.headers,
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

  close(): void {
    this.#agent.destroy();
  }
}
