import { ERRORS, type ErrorCode } from './registry.ts';

export interface AppErrorOptions {
  /** One sentence for the caller: what was wrong and how to mend it. Must not name anything internal. */
  readonly detail?: string;
  /** What happened inside; it is logged, never sent. */
  readonly cause?: unknown;
  /** Seconds after which trying again makes sense; becomes the Retry-After header. */
  readonly retryAfter?: number;
}

/** An error with a code of the registry. Errors are told apart by `code`, never by message. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { status, title } = ERRORS[code];
    const detail = options.detail ?? `${title}.`;
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfter = options.retryAfter ?? (status === 429 || status === 503 ? 1 : undefined);
  }
}

/** Any thrown value as an AppError: itself, or `INTERNAL.ERROR` that keeps it as the cause and tells nothing of it. */
export const toAppError = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('INTERNAL.ERROR', { cause: error });
