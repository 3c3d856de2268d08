export { withDynamoDBLocal as default } from '../../vitest.shared.ts';
