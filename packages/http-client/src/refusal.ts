import { AppError, fromProblem } from '@notify/shared-domain';

/** What the caller at the far end can act on: mend the query, or come again later. All else is between the services. */
const PASSED_ON: ReadonlySet<number> = new Set([400, 429, 503, 504]);

/**
 * The error to answer with when an upstream refused: its own, as far as the caller can do something about it, else
 * `UPSTREAM.FAILED`.
 *
 * @param body what should be a problem document of one of our services
 * @param retryAfter seconds, when the upstream said so
 */
export const refusal = (body: unknown, retryAfter?: number): AppError => {
  const error = fromProblem(body);
  if (error === undefined || !PASSED_ON.has(error.status)) {
    return new AppError('UPSTREAM.FAILED', { cause: error });
  }
  return retryAfter === undefined ? error : new AppError(error.code, { detail: error.detail, retryAfter });
};
