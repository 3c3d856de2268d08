import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import type { StreamProjection } from '../src/stream-projection.ts';
import { VERSION_DIGITS, versionOf } from '../src/stream-record.ts';
import type { Fault, Faults } from '../src/testing/faults.ts';
import { aStreamEvent } from '../src/testing/stream-events.ts';

/** One invocation of a plan. */
interface Invoke {
  readonly size: number;
  readonly fault: Fault;
  /** Places in the batch of records that come a second time in it. */
  readonly twice: readonly number[];
  /** Whether a twin, which everyone believes dead, works on the same batch at the same time. */
  readonly twin: boolean;
  /** Whether the batch comes again in two halves should it fail as a whole. */
  readonly bisect: boolean;
  /** How many of the records that were done already come again after it. */
  readonly again: number;
}

export interface DeliveryPlan {
  /** The order in which records come, as places in the stream, some of which it may not have; undefined for the stream's own. */
  readonly order: readonly number[] | undefined;
  /** The first invocations. Those after them have no faults, so that every plan ends. */
  readonly invocations: readonly Invoke[];
}

const count = (max: number) => fc.integer({ min: 0, max });
/** Of the statements of a request: none, some, all. */
const executed = fc.oneof(fc.constantFrom(0, 25), count(25));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('none' as const) }),
  fc.record({ kind: fc.constant('crash' as const), request: count(3), executed }),
  fc.record({ kind: fc.constant('timeout' as const), request: count(3), executed }),
  fc.record({
    kind: fc.constant('partial' as const),
    requests: fc.constantFrom(1, 2, 100),
    statements: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
    code: fc.constantFrom(
      'ThrottlingError',
      'ProvisionedThroughputExceeded',
      'RequestLimitExceeded',
      'TransactionConflict',
      'InternalServerError',
    ),
    executed: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('unreachable' as const),
    table: fc.constantFrom('rows' as const, 'quarantine' as const),
  }),
  fc.record({ kind: fc.constant('out-of-time' as const), requests: count(3) }),
);

/** For an engine that also reads. */
const readFault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constant('unreadable' as const),
  reads: count(3),
});

const invoke = (faults: fc.Arbitrary<Fault>): fc.Arbitrary<Invoke> =>
  fc.record({
    size: fc.oneof({ weight: 7, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.constant(100)),
    fault: faults,
    twice: fc.array(count(7), { maxLength: 2 }),
    twin: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    bisect: fc.boolean(),
    again: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, count(5), count(100)),
  });

/** Any order, as the places sorted by random weights; the weights shrink, and with them the disorder. */
const orders = (records: number): fc.Arbitrary<number[] | undefined> =>
  fc.option(
    fc.array(count(1_000), { minLength: 1, maxLength: Math.max(1, records) }).map((weights) => {
      const weight = (place: number) => weights[place % weights.length] ?? 0;
      return Array.from({ length: records }, (_, place) => place).sort((a, b) => weight(a) - weight(b));
    }),
    { nil: undefined },
  );

/**
 * Ways to deliver up to so many records at least once.
 *
 * @param reads whether reads fail too, which an engine that only writes would not notice
 */
export const deliveryPlans = (records: number, { reads = false } = {}): fc.Arbitrary<DeliveryPlan> => {
  const faults = reads ? fc.oneof({ weight: 3, arbitrary: fault }, readFault) : fault;
  return fc.record({ order: orders(records), invocations: fc.array(invoke(faults), { maxLength: 8 }) });
};

/**
 * Delivers the records as an event source mapping does: in batches; a crashed one comes again, perhaps bisected; one with failed
 * items comes again from the first failed item on. And worse: shuffled, and with records that were done already.
 */
export const deliver = async (
  records: readonly DynamoDBRecord[],
  { order, invocations }: DeliveryPlan,
  project: StreamProjection,
  faults: Faults,
): Promise<void> => {
  const queue = order ? order.flatMap((place) => records[place] ?? []) : [...records];
  const done: DynamoDBRecord[] = [];
  const halves: number[] = [];
  for (let turn = 0; queue.length > 0; turn++) {
    const { size, fault, twice, twin, bisect, again }: Invoke = invocations[turn] ?? LAST_INVOCATIONS;
    const batch = queue.splice(0, halves.shift() ?? size);
    faults.set(fault);
    const event = aStreamEvent(...batch, ...twice.flatMap((place) => batch[place] ?? []));
    const [answer] = await Promise.all([
      attempt(project, event, faults),
      twin && attempt(project, event, faults),
    ]);
    const failed = faults.crashed ? '' : answer.batchItemFailures[0]?.itemIdentifier;
    if (failed !== undefined && turn >= invocations.length) {
      throw new Error(`Record ${failed} failed, and nothing was wrong.`);
    }
    // An empty identifier means the whole batch.
    const from = failed === '' ? '' : failed?.padStart(VERSION_DIGITS, '0');
    const isFailed = (record: DynamoDBRecord) => from !== undefined && (versionOf(record) ?? '') >= from;
    done.push(...batch.filter((record) => !isFailed(record)));
    const bisected = bisect && failed === '' && batch.length > 1;
    if (bisected) halves.unshift(Math.ceil(batch.length / 2), Math.floor(batch.length / 2));
    const suffix = bisected ? [] : done.slice(done.length - Math.min(again, done.length));
    queue.unshift(...suffix, ...batch.filter(isFailed));
  }
  faults.set();
};

/** What a process throws that is dead already reaches nobody. */
const attempt = async (
  project: StreamProjection,
  event: DynamoDBStreamEvent,
  faults: Faults,
): Promise<DynamoDBBatchResponse> => {
  try {
    return await project(event, faults);
  } catch (error) {
    if (faults.crashed) return { batchItemFailures: [] };
    throw error;
  }
};

const LAST_INVOCATIONS: Invoke = {
  size: 5,
  fault: { kind: 'none' },
  twice: [],
  twin: false,
  bisect: false,
  again: 0,
};
