import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Backoff, loadTables } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { findCounterexample, type SearchOptions } from '@notify/proof';
import type { CampaignStatistics } from '@notify/shared-domain';
import type { StreamProjection } from '@notify/stream-projection';
import { type DeliveryPlan, deliver, deliveryPlans } from '@notify/stream-projection/proof';
import { Faults } from '@notify/stream-projection/testing';
import * as fc from 'fast-check';
import { CampaignReader, createCampaignProjection, DynamoDBParts } from '../src/index.ts';
import {
  describe,
  type ExpectedCampaign,
  type History,
  histories,
  MAX_STEPS,
  type Told,
  tell,
} from './history.ts';

export interface ExactnessOptions extends SearchOptions {
  /** A new client, with so many attempts per request: the projection has one, for faults are the proof's to make. */
  readonly createClient: (maxAttempts: number) => DynamoDBClient;
  /** Puts another projection in the place of the real one, to see whether the proof notices. */
  readonly toProjection?: (real: StreamProjection) => StreamProjection;
}

/** Of the proof's own requests: a connection that was let go says nothing about the projection. */
const PATIENT_ATTEMPTS = 10;

interface Case {
  readonly history: History;
  /** How the records come the first time: as an event source mapping hands them over, with every fault. */
  readonly plan: DeliveryPlan;
  /** How they come again: in any order, in any batches, from another process that everyone believed dead. */
  readonly again: DeliveryPlan;
}

/**
 * The promise of the statistics, tried on random histories in random deliveries against a real DynamoDB: they end equal to a count of
 * the commands.
 * @throws Counterexample
 */
export const proveExactness = (options: ExactnessOptions): Promise<void> =>
  findCounterexample<Case>(options, {
    // Plans and history are apart from each other, so that each of them shrinks by itself.
    cases: fc.record({
      history: histories(),
      plan: deliveryPlans(MAX_STEPS, { reads: true }),
      again: deliveryPlans(MAX_STEPS, { reads: true }),
    }),
    openStage: async () => {
      const id = randomUUID();
      const table = `campaign-statistics-${id}`;
      const shape = loadTables()['campaign-statistics'];
      if (!shape) throw new RangeError('terraform/tables.json has no campaign-statistics.');
      const dynamodb = options.createClient(PATIENT_ATTEMPTS);
      await createTables(dynamodb, { table: shape }, { rename: () => table });
      const stage = createStage(options, table);
      let plays = 0;
      return {
        play: (example) => play(stage, `${id}-${plays++}`, example),
        close: async () => {
          await dynamodb.send(new DeleteTableCommand({ TableName: table }));
        },
      };
    },
    describe: toLines,
  });

interface Stage {
  /** Two processes, each with what it remembers: batches, and the twins of batches, go to them in turn. */
  projectionAt(now: number, shard: string): StreamProjection;
  readonly faults: Faults;
  readonly reader: CampaignReader;
}

const createStage = (
  { createClient, toProjection = (real) => real }: ExactnessOptions,
  table: string,
): Stage => {
  const faulty = createClient(1);
  let now = 0;
  const backoff = new Backoff({ attempts: 3, sleep: async () => {} });
  const processes = [0, 1].map(() =>
    toProjection(
      createCampaignProjection({
        parts: new DynamoDBParts(faulty, table, { backoff }),
        clock: () => now,
      }),
    ),
  );
  let turn = 0;
  return {
    projectionAt: (time, shardId) => (event, invocation) => {
      now = time;
      const process = processes[turn++ % processes.length] as StreamProjection;
      return process(Object.assign(event, { shardId }), invocation);
    },
    faults: new Faults(faulty, 'projection-quarantine'),
    reader: new CampaignReader(createClient(PATIENT_ATTEMPTS), table),
  };
};

const play = async (stage: Stage, prefix: string, { history, plan, again }: Case): Promise<void> => {
  const told = tell(history, prefix);
  for (const { now, shards } of told.epochs) {
    for (const { id, records } of shards) {
      const project = stage.projectionAt(now, id);
      await deliver(records, { ...plan, order: undefined }, project, stage.faults);
    }
    for (const { id, records } of shards) {
      await deliver(records, again, stage.projectionAt(now, id), stage.faults);
    }
  }
  await check(stage.reader, told);
};

const check = async (reader: CampaignReader, { campaigns }: Told): Promise<void> => {
  for (const [name, expected] of campaigns) {
    const found = shapeOf(await reader.statistics(name));
    if (toJson(found) !== toJson(expected)) {
      throw new Error(`${name} is\n  ${toJson(found)}\nand should be\n  ${toJson(expected)}`);
    }
  }
};

const shapeOf = (statistics: CampaignStatistics | undefined): ExpectedCampaign | undefined => {
  if (!statistics) return undefined;
  const { total, by_status, by_platform, failures, by_hour, first_created_at, last_created_at } = statistics;
  return {
    total,
    by_status,
    by_platform,
    failures: Object.fromEntries(
      failures.map(({ platform, reason, count }) => [`${platform} ${reason}`, count]),
    ),
    by_hour: Object.fromEntries(by_hour.map(({ hour, count }) => [hour, count])),
    first_created_at,
    last_created_at,
  };
};

/** As JSON, members in order of their names. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

const toLines = ({ history, plan, again }: Case): readonly string[] => [
  ...history.map((step, place) => `  ${place}. ${describe(step)}`),
  `delivered first as ${JSON.stringify(plan.invocations)}`,
  `and again, in the order ${again.order?.join(' ') ?? 'of the stream'}, as ${JSON.stringify(again.invocations)}`,
  '  (no more faults)',
];
