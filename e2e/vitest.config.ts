import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'src/suite/global-setup.ts',
    // A write on LocalStack or AWS takes seconds to become an answer, and a cold start is among them.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A second is not long on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // The suite measures a stage, it is no load test.
    maxWorkers: 2,
    isolate: false,
  },
});
