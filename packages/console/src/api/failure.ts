/** What went wrong with a request: the API's own code, or that there was no answer. */
export class Failure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, detail: string) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

export const UNREACHABLE = 'UNREACHABLE';
export const LATE = 'LATE';

export const worthRetrying = (error: unknown): boolean =>
  error instanceof Failure && (error.status === 429 || error.status >= 502);
