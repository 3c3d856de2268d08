import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  type EventSourceMappingConfiguration,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { type Session, toolClient } from '../session/session.ts';

/** What drives a function from a table's stream. */
interface Mapping {
  readonly function: string;
  readonly state: string | undefined;
  /** The last word of Lambda on it, such as "No records processed"; absent locally. */
  readonly last_result: string | undefined;
}

export interface StreamState {
  readonly stream_arn: string | undefined;
  readonly view: string | undefined;
  readonly mappings: readonly Mapping[];
}

/** The stream of the command table and the event source mappings that read it. */
export const streamState = async ({ dynamodb, tables, target }: Session): Promise<StreamState> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tables.commands }));
  const streamArn = Table?.LatestStreamArn;
  const lambda = new LambdaClient({ ...target.clientConfig, ...toolClient });
  try {
    const EventSourceMappings: EventSourceMappingConfiguration[] = [];
    for await (const page of paginateListEventSourceMappings({ client: lambda }, {}))
      EventSourceMappings.push(...(page.EventSourceMappings ?? []));
    return {
      stream_arn: streamArn,
      view: Table?.StreamSpecification?.StreamViewType,
      mappings: EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn === streamArn).map(
        (mapping) => ({
          // `arn:aws:lambda:region:account:function:name`, and an alias behind it.
          function: mapping.FunctionArn?.split(':')[6] ?? '',
          state: mapping.State,
          last_result: mapping.LastProcessingResult,
        }),
      ),
    };
  } finally {
    lambda.destroy();
  }
};

/** How far an event source has come with a shard, as the embedded stack tells it. */
export interface ShardProgress {
  readonly function: string;
  readonly shard_id: string;
  readonly pending: number;
  /** How often the batch in flight has failed. */
  readonly attempts: number;
  readonly caught_up_ms_ago: number | undefined;
}

/** The shards of all event sources; none where nobody tells. */
export const shardProgress = async ({ target }: Session): Promise<ShardProgress[]> => {
  if (target.kind !== 'embedded') return [];
  const response = await fetch(`${target.clientConfig.endpoint}/health`);
  const { streams = [] } = (await response.json()) as {
    streams?: { function: string; shards: Omit<ShardProgress, 'function'>[] }[];
  };
  return streams.flatMap(({ function: name, shards }) =>
    shards.map((shard) => ({ function: name, ...shard })),
  );
};

const POLL_MS = 100;

/** Waits, on an embedded stack, until everything that was written before the call has gone through the functions. */
export const awaitCaughtUp = async (session: Session): Promise<void> => {
  const since = performance.now();
  for (;;) {
    const shards = await shardProgress(session);
    const waitedMs = performance.now() - since;
    if (shards.length > 0 && shards.every(({ caught_up_ms_ago: ago }) => ago !== undefined && ago < waitedMs))
      return;
    await delay(POLL_MS, undefined, { signal: session.signal });
  }
};
