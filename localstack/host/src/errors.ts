import { errorsOf } from '@notify/toolchain';

/** What can go wrong with LocalStack on this machine. */
export const hostError = errorsOf({
  'BUNDLE.MISSING': 'Build the packages first: `npx --yes pnpm@12 build`.',
  'DOCKER.FAILED': 'Read what Docker printed above, or use --host, which needs no Docker.',
  'LOCALSTACK.NOT_RUNNING': 'Start it: `npx --yes pnpm@12 local:up`.',
  'LOCALSTACK.RUNNING': 'Use it, or stop it first: `npx --yes pnpm@12 local:down`.',
  'LOCALSTACK.START_FAILED': 'Read the log that is named; `npx --yes pnpm@12 local:down` cleans up.',
  'PLATFORM.UNSUPPORTED': 'Use Docker there, or the Windows Subsystem for Linux.',
  'PYTHON.SETUP_FAILED': 'Read what pip printed; no way to PyPI is the usual cause.',
  'SERVICE.START_FAILED': 'Read the log that is named.',
  'TERRAFORM.FAILED': 'Read what Terraform printed there.',
});
