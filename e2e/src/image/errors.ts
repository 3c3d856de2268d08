import { errorsOf } from '@notify/toolchain';

/** What can be wrong with the machine that builds and runs the image. */
export const imageError = errorsOf({
  'BASE_IMAGE.UNREACHABLE':
    'Mend the way to the registry; stand-ins are made only in an engine that this check starts itself.',
  'BASE_IMAGE.OTHER_NODE':
    'Run this with the Node that the Dockerfile names: `npx --yes pnpm@12 --filter @notify/e2e image`.',
  'ENGINE.MISSING': 'Start Docker, or run this as root on Debian, where it starts an engine of its own.',
  'ENGINE.SILENT':
    'Name its socket in DOCKER_HOST, or, if it runs no longer, remove the bridge: `ip link delete docker0`.',
  'ENGINE.START_FAILED': 'Read its log.',
  'SERVICE.UNHEALTHY': 'Its log stands above.',
});
