import { errorsOf } from '@notify/toolchain';

/** What can go wrong with the embedded stack. */
export const embeddedError = errorsOf({
  'BUNDLE.MISSING': 'Build the packages first: `npx --yes pnpm@12 build`.',
  'DATA_DIR.IN_USE': 'Stop the other stack, or give this one its own --data-dir.',
  'SERVICE.START_FAILED': 'Read what the service printed above.',
  'STACK.PIECE_DIED': 'Start again; if it said why, that stands above.',
  'TERRAFORM.INVALID': 'Mend that file.',
});
