/** What can go wrong on the developer's own machine, each with what to do about it. */
export const LOCAL_ERRORS = {
  'BUNDLE.MISSING': 'Build the packages first: `npx --yes pnpm@12 build`.',
  'DATA_DIR.IN_USE': 'Stop the other stack, or give this one its own --data-dir.',
  'DYNAMODB.START_FAILED':
    'Read what Java printed; a full disk or an unwritable data directory is the usual cause.',
  'DOCKER.FAILED': 'Read what Docker printed above, or use --host, which needs no Docker.',
  'JAVA.MISSING': 'Install Java 17 or newer (any JRE) and put `java` on PATH, or set JAVA_HOME.',
  'JAVA.TOO_OLD': 'Install Java 17 or newer (any JRE) and put it first on PATH, or set JAVA_HOME.',
  'LOCALSTACK.NOT_RUNNING': 'Start it: `npx --yes pnpm@12 local:up`.',
  'LOCALSTACK.RUNNING': 'Use it, or stop it first: `npx --yes pnpm@12 local:down`.',
  'LOCALSTACK.START_FAILED': 'Read the log that is named; `npx --yes pnpm@12 local:down` cleans up.',
  'PLATFORM.UNSUPPORTED': 'Use Docker there, or the Windows Subsystem for Linux.',
  'PORT.TAKEN': 'Stop what listens there, or choose another port.',
  'PYTHON.MISSING':
    'Install it (python.org, your package manager, or `pyenv install 3.13`), or set PYTHON_313 to where it is.',
  'PYTHON.SETUP_FAILED': 'Read what pip printed; no way to PyPI is the usual cause.',
  'SERVICE.START_FAILED': 'Read what the service printed above.',
  'TABLE.CHANGED': 'The data directory holds tables of another shape; delete it, or use a new one.',
  'STACK.PIECE_DIED': 'Start again; if it said why, that stands above.',
  'TERRAFORM.FAILED': 'Read what Terraform printed above.',
  'TERRAFORM.INVALID': 'Mend that file.',
  'TERRAFORM.MISSING': 'Install Terraform 1.11 or newer and put it on PATH.',
} as const;

export type LocalErrorCode = keyof typeof LOCAL_ERRORS;

/** A failure of the local stack: `code` tells it apart, the message ends with its remedy. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail} ${LOCAL_ERRORS[code]}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
