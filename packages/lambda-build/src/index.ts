export { BUNDLE_BUDGET_BYTES, buildLambda, type LambdaBuild } from './build-lambda.ts';
