export { functionEnvironment, loadFunctions } from './functions.ts';
export { Concurrency } from './lambda/concurrency.ts';
export { LambdaFunction } from './lambda/lambda-function.ts';
export type { Log } from './log.ts';
export { type QueryService, startQueryService } from './query-service.ts';
export { runSample } from './sample-run.ts';
export { type EmbeddedStack, type EmbeddedStackOptions, startEmbeddedStack } from './stack.ts';
export type { GivenUpBatch } from './streams/giving-up.ts';
export type { StreamStatus } from './streams/stream-poller.ts';
