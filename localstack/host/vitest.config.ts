import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Tests that need a running LocalStack (*.localstack.test.ts) are run by `pnpm test:localstack`.
export default mergeConfig(shared, {
  test: { include: ['src/**/*.test.ts'], exclude: ['src/**/*.localstack.test.ts'] },
});
