import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { findCounterexample, type SearchOptions } from '@notify/proof';
import * as fc from 'fast-check';
import type { BatchReport } from '../src/batch-report.ts';
import type { RowWriter } from '../src/row-writer.ts';
import { AccountStage, NOW } from '../src/testing/account-stage.ts';
import { createAccountTables } from '../src/testing/accounts.ts';
import { type DeliveryPlan, deliver, deliveryPlans } from './delivery.ts';
import { abridged, describe, type History, histories, MAX_STEPS, type ToldHistory, tell } from './history.ts';

export interface ConvergenceOptions extends SearchOptions {
  /** A new client, with one attempt per request: faults are the proof's to make. */
  readonly createClient: () => DynamoDBClient;
  /** Puts another row writer in the place of the engine's, to see whether the proof notices. */
  readonly toRows?: (real: RowWriter) => RowWriter;
}

interface Case {
  readonly history: History;
  readonly plan: DeliveryPlan;
}

/**
 * The engine's promise, tried on random histories in random deliveries against a real DynamoDB; each history has a partition of
 * its own.
 * @throws Counterexample
 */
export const proveConvergence = ({ createClient, toRows, ...search }: ConvergenceOptions): Promise<void> =>
  findCounterexample<Case>(search, {
    // Plan and history are apart from each other, so that each of them shrinks by itself.
    cases: fc.record({ history: histories(), plan: deliveryPlans(MAX_STEPS) }),
    openStage: async () => {
      const id = randomUUID();
      const dynamodb = createClient();
      const tables = await createAccountTables(dynamodb, id);
      const stage = new AccountStage(createClient(), tables, toRows);
      let plays = 0;
      return {
        play: ({ history, plan }) => play(stage, `${id}-${plays++} "ü🦆"`, history, plan),
        close: async () => {
          for (const TableName of Object.values(tables)) {
            await dynamodb.send(new DeleteTableCommand({ TableName }));
          }
        },
      };
    },
    describe: ({ history, plan: { order, invocations } }) => [
      ...history.map((step, place) => `  ${place}. ${describe(step)}`),
      `delivered in ${order ? `the order ${order.filter((place) => place < history.length).join(' ')}` : 'its own order'}, the first batches as`,
      ...invocations.map((invocation) => `  ${JSON.stringify(invocation)}`),
      '  (no more faults)',
    ],
  });

const play = async (
  stage: AccountStage,
  account: string,
  history: History,
  plan: DeliveryPlan,
): Promise<void> => {
  const told = tell(history, account, NOW);
  stage.reports.length = 0;
  stage.triedToQuarantine.clear();
  await deliver(told.records, plan, stage.project, stage.faults);
  const [rows, quarantined] = await Promise.all([
    stage.rows(account),
    stage.areQuarantined([...told.quarantined]),
  ]);
  checkRows(rows, told);
  checkQuarantine(quarantined, stage.triedToQuarantine, told);
  for (const report of stage.reports) checkCounts(report);
};

const checkRows = (rows: readonly Record<string, unknown>[], { rows: expected }: ToldHistory): void => {
  const found = asEntries(rows);
  const wanted = asEntries([...expected.values()]);
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  const list = (entries: readonly (readonly unknown[])[]) =>
    entries.map((entry) => `\n  ${abridged(entry)}`).join('') || '\n  none';
  throw new Error(`The rows are${list(found)}\nand should be${list(wanted)}`);
};

/** Rows by number, each as entries by name. */
const asEntries = (rows: readonly Record<string, unknown>[]): (readonly unknown[])[] =>
  rows
    .toSorted((a, b) => Number(a.number) - Number(b.number))
    .map((row) =>
      Object.entries(row)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );

const checkQuarantine = (
  stored: ReadonlySet<string>,
  tried: ReadonlySet<string>,
  { quarantined, maybeQuarantined }: ToldHistory,
): void => {
  const missing = [...quarantined].filter((id) => !stored.has(id));
  const surplus = [...tried].filter((id) => !quarantined.has(id) && !maybeQuarantined.has(id));
  if (missing.length + surplus.length > 0) {
    const list = (ids: readonly string[]) => ids.join(', ') || 'none';
    throw new Error(`Not in quarantine: ${list(missing)}; wrongly there: ${list(surplus)}.`);
  }
};

/** Every record is counted once, whatever became of it. */
const checkCounts = (report: BatchReport): void => {
  const { records, projected, superseded, stale, quarantined, requarantined, failed } = report;
  if (records !== projected + superseded + stale + quarantined + requarantined + failed) {
    throw new Error(`Not each record is counted once: ${JSON.stringify(report)}`);
  }
};
