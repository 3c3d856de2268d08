import { AppError, type ERRORS, type ErrorCode } from '@notify/shared-domain';

type StatusOf<C extends ErrorCode> = (typeof ERRORS)[C]['status'];

/**
 * What a client throws, as a union by code: when `code` is looked at, the rest is known. docs/errors.md has each code with its cause
 * and its remedy.
 */
export type NotifyError<C extends ErrorCode = ErrorCode> = C extends ErrorCode
  ? Error & {
      readonly code: C;
      readonly status: StatusOf<C>;
      /** One sentence: what was wrong, and how to mend it. */
      readonly detail: string;
      /** Seconds after which to ask again, where that makes sense. */
      readonly retryAfter: StatusOf<C> extends 429 | 503 ? number : number | undefined;
    }
  : never;

/** Whether the query API, or the way to it, is what failed; all else that is thrown is not the client's. */
export const isNotifyError = (error: unknown): error is NotifyError => error instanceof AppError;
