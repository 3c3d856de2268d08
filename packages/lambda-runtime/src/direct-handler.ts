import { toStoreError } from '@notify/dynamodb';
import { type Problem, toAppError, toProblem } from '@notify/shared-domain';
import type { Context } from 'aws-lambda';
import { logFailure } from './log-failure.ts';

/** What a direct invoke of the function sends. */
export type Invocation = Readonly<Record<string, unknown>>;

/**
 * A Lambda that others invoke directly. It answers with the result or, when the call fails, with the problem document
 * (`success: false`, `status`, `code`), so that a caller needs no knowledge of Lambda's own error shape.
 */
export const directHandler =
  <T>(answer: (event: Invocation) => Promise<T>) =>
  async (event: Invocation): Promise<T | Problem> => {
    try {
      return await answer(event);
    } catch (thrown) {
      const error = toStoreError(thrown) ?? toAppError(thrown);
      await logFailure('invoke', error);
      return toProblem(error);
    }
  };

/** Hands an API Gateway proxy event to `http` and everything else to `direct`. */
export const httpOrDirectHandler =
  <A, B>(http: (event: never, context: Context) => Promise<A>, direct: (event: Invocation) => Promise<B>) =>
  (event: unknown, context: Context): Promise<A | B> =>
    isProxyEvent(event) ? http(event as never, context) : direct((event ?? {}) as Invocation);

const isProxyEvent = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'httpMethod' in event && 'requestContext' in event;
