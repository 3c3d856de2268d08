import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { functionArn } from '../functions.ts';
import { type LambdaFunction, ThrottledError, WAIT_MS } from '../lambda/lambda-function.ts';
import { MAX_PAYLOAD_BYTES } from '../lambda/sandbox.ts';
import type { StreamPoller } from '../streams/stream-poller.ts';
import { AwsError, notFound, sendJson } from './aws-error.ts';
import { decoded } from './decoded.ts';
import { readBody } from './read-body.ts';
import type { Target } from './target.ts';

/** The part of the Lambda API that a client of this system uses: invoke, and a look at what there is. */
export class LambdaApi {
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #pollers: readonly StreamPoller[];

  constructor(functions: ReadonlyMap<string, LambdaFunction>, pollers: readonly StreamPoller[]) {
    this.#functions = functions;
    this.#pollers = pollers;
  }

  /** Finds a function by its name, ARN or partial ARN, with or without a qualifier. */
  find(nameOrArn: string): LambdaFunction | undefined {
    const [, name = nameOrArn] = /(?:^|function:)([\w-]+)(?::[\w$-]+)?$/.exec(nameOrArn) ?? [];
    return this.#functions.get(name);
  }

  /** Serves a request to the Lambda API; false when it is none of the operations here. */
  async handle(target: Target, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = decoded(target.path, decodeURIComponent);
    const [, nameOrArn, action] =
      /^\/2015-03-31\/functions\/([^/]+)(?:\/(invocations|configuration))?\/?$/.exec(path) ?? [];
    if (request.method === 'POST' && nameOrArn && action === 'invocations') {
      await this.#invoke(this.#require(nameOrArn), request, response);
    } else if (request.method === 'GET' && nameOrArn) {
      const configuration = configurationOf(this.#require(nameOrArn));
      const code = { Configuration: configuration, Code: { RepositoryType: 'S3', Location: '' }, Tags: {} };
      sendJson(response, 200, action === 'configuration' ? configuration : code);
    } else if (request.method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(path)) {
      sendJson(response, 200, { Functions: [...this.#functions.values()].map(configurationOf) });
    } else if (request.method === 'GET' && /^\/2015-03-31\/event-source-mappings\/?$/.test(path)) {
      sendJson(response, 200, { EventSourceMappings: this.#mappings(target.query.get('FunctionName')) });
    } else return false;
    return true;
  }

  #require(nameOrArn: string): LambdaFunction {
    const found = this.find(nameOrArn);
    if (!found) throw notFound('Function', functionArn(nameOrArn));
    return found;
  }

  async #invoke(fn: LambdaFunction, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_PAYLOAD_BYTES);
    if (body.length > MAX_PAYLOAD_BYTES) {
      const message = `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`;
      throw new AwsError('RequestTooLargeException', 413, message);
    }
    const event = body.length > 0 ? body.toString('utf8') : '{}';
    requireJson(event);
    const requestId = randomUUID();
    const headers = { 'x-amzn-requestid': requestId, 'x-amz-executed-version': '$LATEST' };

    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') {
      response.writeHead(204, headers).end();
    } else if (type === 'Event') {
      // Tried once: a function that fails asynchronously shows it in its log.
      void fn.invoke(event, { requestId });
      response.writeHead(202, headers).end();
    } else {
      const { payload, functionError, logTail } = await fn
        .invoke(event, { requestId, waitMs: WAIT_MS })
        .catch(throttled);
      response.writeHead(200, {
        'content-type': 'application/json',
        ...headers,
        ...(functionError && { 'x-amz-function-error': functionError }),
        ...(request.headers['x-amz-log-type'] === 'Tail' && {
          'x-amz-log-result': Buffer.from(logTail).toString('base64'),
        }),
      });
      response.end(payload);
    }
  }

  #mappings(nameOrArn: string | null) {
    const wanted = nameOrArn === null ? undefined : this.#require(nameOrArn).name;
    return this.#pollers
      .filter(({ status }) => wanted === undefined || status.function === wanted)
      .map(({ status }) => {
        const source = this.#require(status.function).spec.event_source;
        return {
          UUID: status.function,
          FunctionArn: functionArn(status.function),
          EventSourceArn: status.stream_arn,
          State: 'Enabled',
          StartingPosition: source?.starting_position,
          BatchSize: source?.batch_size,
          MaximumBatchingWindowInSeconds: source?.batching_window_s,
          BisectBatchOnFunctionError: source?.bisect_batch_on_error,
          MaximumRetryAttempts: -1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        };
      });
  }
}

const throttled = (error: unknown): never => {
  if (error instanceof ThrottledError) throw new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.');
  throw error;
};

const requireJson = (event: string): void => {
  try {
    JSON.parse(event);
  } catch (error) {
    const message = `Could not parse request body into json: ${error instanceof Error ? error.message : error}`;
    throw new AwsError('InvalidRequestContentException', 400, message);
  }
};

const configurationOf = ({ name, spec }: LambdaFunction) => ({
  FunctionName: name,
  FunctionArn: functionArn(name),
  Description: spec.description,
  Runtime: 'nodejs22.x',
  Handler: 'handler.handler',
  MemorySize: spec.memory_mb,
  Timeout: spec.timeout_s,
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Version: '$LATEST',
});
