/**
 * How the system grows with its load: what AWS gives one partition, shard, table and account, and how much of it a write takes. Everything
 * here grows in proportion to the writes a second, so each limit is reached at one load. Sources: "Partitions and data distribution",
 * "Quotas in Amazon DynamoDB", "Warm throughput" and "Using AWS Lambda with Amazon DynamoDB" in AWS's documentation.
 */
export const AWS = {
  /** Write units a second of one partition. */
  partition: 1_000,
  /** Write units a second of a new on-demand table, and the quota of each table in an account that asked for no more. */
  newTable: 4_000,
  table: 40_000,
  /** How often a second Lambda asks a shard for records. */
  polls: 4,
  /** Invocations at once in an account that asked for no more. */
  concurrency: 1_000,
  /** The most batches of a shard at once. */
  parallelization: 10,
} as const;

/** Statements of a request, and requests of a batch that are under way at once, as the engine sends them. */
const STATEMENTS = 25;
const IN_FLIGHT = 8;

export interface LaneSpeed {
  /** Of one BatchExecuteStatement, in milliseconds. */
  readonly roundTripMs: number;
  /** Of the function's processor, in milliseconds. */
  readonly cpuMsPerRecord: number;
}

/** How long the projection takes for a batch, in milliseconds: the processor for each record, and the rounds of requests it waits for. */
export const batchMs = (records: number, { roundTripMs, cpuMsPerRecord }: LaneSpeed): number =>
  Math.ceil(Math.ceil(records / STATEMENTS) / IN_FLIGHT) * roundTripMs + records * cpuMsPerRecord;

export interface ScaleInputs extends LaneSpeed {
  /** Write units of a row in the table and in each index that holds it. */
  readonly unitsPerRow: number;
  /** How many indexes hold a row, on average. */
  readonly indexes: number;
  readonly parallelization: number;
  readonly batchSize: number;
  /** Partitions over which a campaign, and all failures, are spread. */
  readonly buckets: number;
  readonly shareOfLargestCampaign: number;
  readonly shareOfBusiestUser: number;
  readonly shareFailed: number;
  /** Write units of a campaign's part, and of a position. */
  readonly unitsPerPart: number;
  readonly unitsPerPosition: number;
  readonly positionIntervalS: number;
  /** Invocations that the projection may have at once. */
  readonly reservedConcurrency: number;
}

export interface Scale {
  /** Of command-records, which is also how many shards its stream has. */
  readonly partitions: number;
  /** Of all tables and indexes of the notifications. */
  readonly writeUnitsPerS: number;
  /** Batches of the projection that can be under way at once. */
  readonly lanes: number;
  readonly recordsPerBatch: number;
  /** Batches that are under way at once, on average. */
  readonly busyLanes: number;
  /** How much of what its shard brings a lane could do; above 1 it keeps up. */
  readonly headroom: number;
}

/** @param writesPerS to command-records */
export const scaleOf = (writesPerS: number, inputs: ScaleInputs): Scale => {
  const { unitsPerRow, indexes, parallelization, batchSize } = inputs;
  const partitions = Math.ceil((writesPerS * unitsPerRow) / AWS.partition);
  const lanes = partitions * parallelization;
  const perLane = writesPerS / lanes;
  const recordsPerBatch = Math.min(batchSize, Math.max(1, perLane / AWS.polls));
  const secondsPerRecord = batchMs(recordsPerBatch, inputs) / recordsPerBatch / 1_000;
  return {
    partitions,
    writeUnitsPerS: writesPerS * unitsPerRow * (2 + indexes),
    lanes,
    recordsPerBatch,
    busyLanes: writesPerS * secondsPerRecord,
    headroom: batchSize / (batchMs(batchSize, inputs) / 1_000) / perLane,
  };
};

export interface Limit {
  readonly what: string;
  /** The writes a second to command-records at which it is reached. */
  readonly reachedAt: number;
  readonly meanwhile: string;
  readonly knob: string;
}

/** What gives way, at which load, in this order, and what to do before. */
export const limitsOf = (inputs: ScaleInputs): Limit[] => {
  const { unitsPerRow, unitsPerPart, unitsPerPosition, buckets } = inputs;
  const shardsPerWrite = unitsPerRow / AWS.partition;
  const busyPerWrite = scaleOf(1_000_000, inputs).busyLanes / 1_000_000;
  const limits: Limit[] = [
    {
      what: 'a new table',
      reachedAt: AWS.newTable / unitsPerRow,
      meanwhile:
        'writers and the projection are throttled until the table has grown; a table doubles within 30 minutes',
      knob: 'warm throughput before the day: `aws dynamodb update-table --warm-throughput`, for command-records, notification-records and each index',
    },
    {
      what: 'the quota of a table',
      reachedAt: AWS.table / unitsPerRow,
      meanwhile: 'as before, for good',
      knob: 'Service Quotas: table-level write throughput, for each region',
    },
    {
      what: 'the largest campaign in marketing_id-index',
      reachedAt: (buckets * AWS.partition) / (inputs.shareOfLargestCampaign * unitsPerRow),
      meanwhile:
        'the index holds back the table: rows of the campaign come late, and others of the same batches',
      knob: '`FAILED_BUCKETS` in shared-domain, then `notify rebuild`; or send the campaign more slowly',
    },
    {
      what: 'failures in failed-index',
      reachedAt: (buckets * AWS.partition) / (inputs.shareFailed * unitsPerRow),
      meanwhile: 'as before, for failed rows',
      knob: '`FAILED_BUCKETS`, then `notify rebuild`',
    },
    {
      what: 'the busiest user in user_id-index',
      reachedAt: AWS.partition / (inputs.shareOfBusiestUser * unitsPerRow),
      meanwhile: 'as before, for this user',
      knob: 'none: nobody reads so many notifications; let the writer refuse them',
    },
    {
      what: 'the parts of the largest campaign in campaign-statistics',
      reachedAt: AWS.partition / (shardsPerWrite * AWS.polls * unitsPerPart),
      meanwhile: 'counts come late, and nothing else does',
      knob: '`batching_window_s` of campaign-projection-lambda: n seconds divide its writes by 4 n',
    },
    {
      what: 'projection-positions',
      reachedAt:
        (AWS.partition * inputs.positionIntervalS) /
        (shardsPerWrite * inputs.parallelization * unitsPerPosition),
      meanwhile: 'some places are not written: `notify lag` shows older ones; no record waits for them',
      knob: '`INTERVAL_MS` in position-log.ts',
    },
    {
      what: 'invocations of the projection',
      reachedAt: inputs.reservedConcurrency / busyPerWrite,
      meanwhile: 'Lambda asks again; lag grows',
      knob: '`reserved_concurrency` of stream-processor-lambda',
    },
    {
      what: 'invocations of an account',
      reachedAt: AWS.concurrency / busyPerWrite,
      meanwhile: 'as before, and queries are refused too',
      knob: 'Service Quotas: concurrent executions',
    },
  ];
  return limits.sort((a, b) => a.reachedAt - b.reachedAt);
};
