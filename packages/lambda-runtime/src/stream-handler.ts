import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { BatchLog, BatchMetrics, StreamProjection } from '@notify/stream-projection';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { logger } from './logger.ts';

/** Namespace and service come from the environment: POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME. */
const metrics = new Metrics();

export type StreamHandler = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/** A Lambda behind a DynamoDB stream that reports partial batch failures. What it throws makes Lambda retry the batch. */
export const streamHandler = (project: StreamProjection): StreamHandler =>
  middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler((event, context) =>
      project(event, { remainingTimeMs: () => context.getRemainingTimeInMillis() }),
    ) as unknown as StreamHandler;

/**
 * The same for an event source with a tumbling window, whose events name their shard. Lambda wants the window's state in each answer;
 * these functions have none.
 */
export const windowHandler = (project: StreamProjection): StreamHandler =>
  streamHandler(async (event, invocation) => ({ ...(await project(event, invocation)), state: {} }));

/** One line for each batch, with what happened to its records. */
export const batchLog: BatchLog = {
  info: (message, report) => logger.info(message, { ...report }),
  warn: (message, report) => logger.warn(message, { ...report }),
  error: (message, report) => logger.error(message, { ...report }),
};

/** The counts of each batch as CloudWatch metrics (embedded metric format, written with the logs). */
export const batchMetrics: BatchMetrics = {
  record: (report) => {
    for (const [name, count] of [
      ['Records', report.records],
      ['Projected', report.projected],
      ['Superseded', report.superseded],
      ['Stale', report.stale],
      ['Quarantined', report.quarantined],
      ['Retried', report.retried],
      ['Failed', report.failed],
    ] as const) {
      metrics.addMetric(name, MetricUnit.Count, count);
    }
    if (report.lagMs !== undefined) metrics.addMetric('Lag', MetricUnit.Milliseconds, report.lagMs);
  },
};
