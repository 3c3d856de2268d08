import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { forFarCaller } from '@notify/client';
import {
  AppError,
  fromProblem,
  type NotificationQuery,
  type NotificationReader,
  type Page,
  parseAnswer,
} from '@notify/shared-domain';
import type { Upstream } from '../application/readiness.ts';

/** Asks query-result-lambda by direct invoke (V1, V3). */
export class LambdaInvokeAdapter implements NotificationReader, Upstream {
  readonly name = 'query function';
  readonly #lambda: LambdaClient;
  readonly #functionName: string;
  readonly #timeoutMs: number;

  constructor(lambda: LambdaClient, functionName: string, timeoutMs: number) {
    this.#lambda = lambda;
    this.#functionName = functionName;
    this.#timeoutMs = timeoutMs;
  }

  async read(query: NotificationQuery): Promise<Page> {
    const { FunctionError, Payload } = await this.#invoke('RequestResponse', this.#timeoutMs, query);
    if (FunctionError !== undefined) throw new AppError('UPSTREAM.FAILED', { cause: FunctionError });
    const body = parse(Payload);
    const page = parseAnswer(body);
    if (page === undefined) throw forFarCaller(fromProblem(body));
    return page;
  }

  /** A dry run needs the permission to invoke and nothing more, and runs no code. */
  async probe(timeoutMs: number): Promise<void> {
    await this.#invoke('DryRun', timeoutMs);
  }

  /** The deadline holds for the SDK's retries too. */
  async #invoke(InvocationType: 'RequestResponse' | 'DryRun', timeoutMs: number, payload: unknown = {}) {
    const deadline = AbortSignal.timeout(timeoutMs);
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      InvocationType,
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    try {
      return await this.#lambda.send(command, { abortSignal: deadline });
    } catch (cause) {
      throw deadline.aborted ? new AppError('UPSTREAM.TIMEOUT', { cause }) : toUpstreamError(cause);
    }
  }
}

/** A client that gives up on an endpoint that it cannot reach, or that is silent, soon enough to try once more. */
export const createLambdaClient = (timeoutMs: number): LambdaClient =>
  new LambdaClient({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: Math.ceil(timeoutMs / 3),
      requestTimeout: Math.ceil(timeoutMs / 2),
      throwOnRequestTimeout: true,
    },
  });

const toUpstreamError = (cause: unknown): AppError => {
  const { name, $response } = cause as { name?: string; $response?: unknown };
  if (name === 'TooManyRequestsException') {
    return new AppError('UPSTREAM.UNAVAILABLE', {
      detail: 'The query function is busy; try again shortly.',
      cause,
    });
  }
  return new AppError($response === undefined ? 'UPSTREAM.UNAVAILABLE' : 'UPSTREAM.FAILED', { cause });
};

const parse = (payload: Uint8Array | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString());
  } catch {
    return undefined;
  }
};
