/** A failure on the developer's own machine: `code` tells it apart, the message ends with what to do about it. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** How a package makes its errors: from its own codes, each with its remedy. */
export const errorsOf =
  <Code extends string>(remedies: Readonly<Record<Code, string>>) =>
  (code: Code, detail: string, cause?: unknown): LocalError =>
    new LocalError(code, `${detail} ${remedies[code]}`, cause);
