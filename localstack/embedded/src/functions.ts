import { readFileSync } from 'node:fs';
import { LOCAL_AWS } from '@notify/dynamodb';
import type { LocalClientConfig } from '@notify/dynamodb-local';
import { localMasterKey } from '@notify/users';
import { z } from 'zod';
import { embeddedError } from './errors.ts';

const EventSource = z.object({
  table: z.string(),
  starting_position: z.literal('TRIM_HORIZON'),
  batch_size: z.int().min(1).max(10_000),
  batching_window_s: z.number().min(0).max(300),
  /** Of the event source mappings whose functions have to know the shard of a batch. */
  tumbling_window_s: z.int().min(1).max(900).optional(),
  bisect_batch_on_error: z.boolean(),
  /** -1 is for ever. Heeded where a stack is told to give up at all. */
  maximum_retry_attempts: z.int().min(-1).max(10_000).default(-1),
  /** -1 is without bound. */
  maximum_record_age_s: z.int().min(-1).max(604_800).default(-1),
});

const LambdaFunctionSpec = z.object({
  description: z.string(),
  memory_mb: z.int().min(128),
  timeout_s: z.int().min(1).max(900),
  /** Environment variable → table name. */
  tables: z.record(z.string(), z.string()),
  /** Environment variable → what it is the URL of. */
  endpoints: z.record(z.string(), z.enum(['query-service'])),
  /** Environment variable → which master key it names: on AWS a key in KMS, here one made up for this machine. */
  master_keys: z.record(z.string(), z.string()).optional(),
  event_source: EventSource.nullable(),
});
const LambdaFunctionSpecs = z.record(z.string(), LambdaFunctionSpec);

export type EventSource = z.infer<typeof EventSource>;
export type LambdaFunctionSpec = z.infer<typeof LambdaFunctionSpec>;
/** By function name. */
export type LambdaFunctionSpecs = z.infer<typeof LambdaFunctionSpecs>;

/**
 * The functions as Terraform makes them: terraform/functions.json, read and checked. What only Terraform needs is left out.
 * @throws LocalError `TERRAFORM.INVALID`
 */
export const loadFunctions = (file: string): LambdaFunctionSpecs => {
  try {
    return LambdaFunctionSpecs.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw embeddedError('TERRAFORM.INVALID', `${file} does not describe functions: ${detail}`, error);
  }
};

export const functionArn = (name: string): string =>
  `arn:aws:lambda:${LOCAL_AWS.region}:${LOCAL_AWS.accountId}:function:${name}`;

/** Where a function finds the rest of the system. */
export interface Surroundings {
  readonly dynamodb: LocalClientConfig;
  readonly serviceUrl: string;
  readonly logLevel: string;
}

/** The environment of a function, as on AWS, but for what Lambda tells it about itself: nothing of the developer's own environment leaks into it. */
export const functionEnvironment = (
  name: string,
  spec: LambdaFunctionSpec,
  { dynamodb, serviceUrl, logLevel }: Surroundings,
): Record<string, string> => ({
  AWS_REGION: dynamodb.region,
  AWS_DEFAULT_REGION: dynamodb.region,
  AWS_ACCESS_KEY_ID: dynamodb.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: dynamodb.credentials.secretAccessKey,
  AWS_ENDPOINT_URL: dynamodb.endpoint,
  LOG_LEVEL: logLevel,
  POWERTOOLS_LOG_LEVEL: logLevel,
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: 'notify',
  // Metrics are lines of output that CloudWatch reads; here they are shown to those who want to see everything.
  POWERTOOLS_METRICS_DISABLED: String(!['DEBUG', 'INFO'].includes(logLevel)),
  ...spec.tables,
  ...Object.fromEntries(Object.keys(spec.endpoints).map((variable) => [variable, serviceUrl])),
  ...Object.fromEntries(
    Object.entries(spec.master_keys ?? {}).map(([variable, key]) => [variable, localMasterKey(key)]),
  ),
});
