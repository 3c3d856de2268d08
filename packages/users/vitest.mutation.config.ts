import { defineConfig } from 'vitest/config';

/** For Stryker, which runs tests from the root of the workspace, and each of them often: those of the domain, in one worker. */
export default defineConfig({
  root: import.meta.dirname,
  test: { isolate: false, include: ['src/domain/**/*.test.ts', 'generate/openapi.test.ts'] },
});
