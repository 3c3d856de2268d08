import { mergeConfig } from 'vitest/config';
import { withDynamoDBLocal } from '../../vitest.shared.ts';

export default mergeConfig(withDynamoDBLocal, {
  test: {
    coverage: {
      include: ['src/domain/**'],
      exclude: ['src/domain/**/*.test.ts'],
      thresholds: { lines: 95, branches: 90 },
      reporter: ['text-summary'],
    },
  },
});
