import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Far from UTC, and not by whole hours: a time that is read in the machine's zone is wrong then.
process.env.TZ = 'Asia/Kathmandu';

export default mergeConfig(shared, {
  test: {
    coverage: {
      include: ['src/**'],
      exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/index.ts'],
      thresholds: { lines: 95, branches: 90 },
      reporter: ['text-summary'],
    },
  },
});
