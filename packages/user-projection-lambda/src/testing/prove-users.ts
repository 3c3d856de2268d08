import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import { Backoff } from '@notify/stream-projection';
import { type DeliveryPlan, deliver, deliveryPlans, Faults } from '@notify/stream-projection/testing';
import { commandKey, createUserCommands, type UserCommands } from '@notify/user-command-lambda/command';
import { loseAnswers } from '@notify/user-command-lambda/testing';
import { type EventStored, fromSequence, type UserCommand } from '@notify/user-domain';
import { changeBalance, createUser, updateUser } from '@notify/user-domain/testing';
import { fromEventItem, type Item } from '@notify/user-event-store';
import * as fc from 'fast-check';
import { userProjection } from '../user-projection-service.ts';
import { eventRecords, expectedRows, storedRows, type UserNames } from './user-stage.ts';

const WRITERS = 8;
const USERS = 20;
const MAX_COMMANDS = 60;

/** Far ahead: DynamoDB Local drops what has expired, and the runs would race with it. */
const NOW = Date.UTC(2100);

export interface ProofOptions {
  /** A new client. @param maxAttempts of the SDK, for each request */
  readonly createClient: (maxAttempts: number) => DynamoDBClient;
  readonly names: UserNames;
  readonly runs: number;
  /** The same seed and runs give the same sequences of commands and deliveries. */
  readonly seed: number;
  /** Sequences at a time. */
  readonly parallel?: number;
  /** No sequence begins later than so; all that were tried have held then. */
  readonly timeLimitMs?: number;
  /** Called after each sequence, with how many commands of it were accepted and refused. */
  readonly onRun?: (accepted: number, refused: number) => void;
}

/** What one writer does next. */
interface Step {
  readonly writer: number;
  readonly user: number;
  readonly does: 'create' | 'change' | 'update' | 'erase';
  readonly delta: number;
  /** Sent under an idempotency key, so many times. */
  readonly keyed: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    writer: fc.nat({ max: WRITERS - 1 }),
    user: fc.nat({ max: USERS - 1 }),
    does: fc.oneof(
      { weight: 2, arbitrary: fc.constant('create' as const) },
      { weight: 12, arbitrary: fc.constant('change' as const) },
      { weight: 4, arbitrary: fc.constant('update' as const) },
      { weight: 1, arbitrary: fc.constant('erase' as const) },
    ),
    delta: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.constantFrom(2 ** 52, -(2 ** 52))),
    keyed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  }),
  { minLength: 1, maxLength: MAX_COMMANDS, size: 'max' },
);

/** Most writers meet on the same few users, and most users are created before much else is asked of them. */
const sequences = steps.map((all) => {
  const met = new Set<number>();
  return all.map((step): Step => {
    const user = Math.floor(step.user ** 2 / USERS);
    const first = !met.has(user) && step.delta % 8 !== 0;
    met.add(user);
    return { ...step, user, does: first ? 'create' : step.does };
  });
});

/**
 * The promise of the users: whoever writes what at the same time, and however the stream is delivered, every accepted command is
 * stored once, the events of a user have no gap, and the rows are the fold of the stored events.
 *
 * @throws Error that shows the smallest counterexample found, with the seed and path to run it again
 */
export const proveUsers = async (options: ProofOptions): Promise<void> => {
  const { runs, seed, parallel = 4, timeLimitMs } = options;
  const lanes = Array.from({ length: parallel }, (_, lane) => {
    const numRuns = Math.floor((runs + lane) / parallel);
    if (numRuns === 0) return Promise.resolve();
    const stage = new Stage(options);
    const cases = sequences.chain((all) => deliveryPlans(all.length).map((plan) => ({ all, plan })));
    const property = fc.asyncProperty(cases, ({ all, plan }) => stage.play(all, plan));
    return fc.assert(property, {
      numRuns,
      seed: seed + lane,
      ...(timeLimitMs && { interruptAfterTimeLimit: timeLimitMs }),
    });
  });
  await Promise.all(lanes);
};

interface Accepted {
  readonly command: UserCommand;
  readonly answer: EventStored;
}

class Stage {
  readonly #options: ProofOptions;
  readonly #dynamodb: DynamoDBClient;
  readonly #writers: readonly UserCommands[];
  readonly #faults: Faults;
  readonly #project;
  #requests = 0;

  constructor(options: ProofOptions) {
    const { createClient, names } = options;
    const backoff = new Backoff({ attempts: 3, sleep: async () => {} });
    const projecting = createClient(1);
    this.#options = options;
    this.#dynamodb = createClient(3);
    this.#writers = Array.from({ length: WRITERS }, () => {
      const client = createClient(3);
      // Each seventh write is executed, and its answer lost; the SDK then sends it again.
      loseAnswers(client, (command) => /Put|Transact/.test(command) && ++this.#requests % 7 === 0);
      return createUserCommands(client, names, {
        backoff: new Backoff({ baseMs: 1, capMs: 8, attempts: 100 }),
      });
    });
    this.#faults = new Faults(projecting, names.QUARANTINE_TABLE);
    this.#project = userProjection(projecting, names, { batches: { backoff }, clock: () => NOW });
  }

  async play(all: readonly Step[], plan: DeliveryPlan): Promise<void> {
    const { names, onRun } = this.#options;
    const run = randomUUID();
    const userOf = ({ user }: Step) => `${run}-${user}`;
    const erased = new Set(all.filter(({ does }) => does === 'erase').map(userOf));
    const outcomes = await Promise.all(
      this.#writers.map((writer, index) =>
        this.#write(
          writer,
          all.filter((step) => step.writer === index),
          userOf,
        ),
      ),
    );
    const accepted = outcomes.flat();
    const users = [...new Set(all.map(userOf))];
    const { records, itemsOf } = await eventRecords(this.#dynamodb, names, users);
    for (const user of users) checkEvents(user, itemsOf.get(user) ?? [], accepted, erased.has(user));

    // A plan is made for as many records as there are steps; it orders those that there are.
    const order = plan.order?.filter((place) => place < records.length);
    await deliver(records, { ...plan, order }, this.#project, this.#faults);
    const [found, expected] = await Promise.all([
      storedRows(this.#dynamodb, names, users),
      expectedRows(this.#dynamodb, names, itemsOf),
    ]);
    deepStrictEqual(found, expected, 'the rows are not the fold of the events');
    onRun?.(accepted.length, all.length - accepted.length);
  }

  /** One writer's steps, one after the other. */
  async #write(
    writer: UserCommands,
    own: readonly Step[],
    userOf: (step: Step) => string,
  ): Promise<Accepted[]> {
    const accepted: Accepted[] = [];
    for (const step of own) {
      const user = userOf(step);
      try {
        if (step.does === 'erase') await writer.erase(user);
        else accepted.push(await this.#send(writer, toCommand(step, user), step.keyed));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        ok(error.status === 404 || error.status === 409 || error.status === 422, String(error));
      }
    }
    return accepted;
  }

  /** A command; one with a key several times, each by another function, and with the same answer. */
  async #send(writer: UserCommands, command: UserCommand, times: number): Promise<Accepted> {
    if (times === 0) return { command, answer: await writer.execute(command) };
    const key = commandKey(randomUUID(), command);
    const answer = await writer.execute(command, key);
    for (let again = 1; again < times; again++) {
      const other = this.#writers[again % WRITERS] as UserCommands;
      deepStrictEqual(await other.execute(command, key), answer, 'the same answer again');
    }
    return { command, answer };
  }
}

const toCommand = ({ does, delta, writer }: Step, user: string): UserCommand => {
  if (does === 'create') return createUser({ name: `User ${writer}` }, user);
  if (does === 'change') return changeBalance(delta, user);
  return updateUser(delta % 2 === 0 ? { name: `Name ${delta}` } : { email: `u${writer}@example.com` }, user);
};

/** No gap, no event twice, and each accepted command exactly one event. */
const checkEvents = (
  user: string,
  items: readonly Item[],
  accepted: readonly Accepted[],
  mayBeErased: boolean,
): void => {
  const events = items.flatMap((item) => fromEventItem(item) ?? []);
  deepStrictEqual(
    events.map(({ version }) => version),
    events.map((_, place) => place + 1),
    `a gap in ${user}`,
  );
  strictEqual(
    new Set(events.map(({ commandId }) => commandId)).size,
    events.length,
    `a command twice in ${user}`,
  );
  const own = accepted.filter(({ command }) => command.user_id === user);
  const asked = events.filter(({ type }) => type !== 'USER_ERASED');
  ok(events.length - asked.length <= (mayBeErased ? 1 : 0), `erased twice: ${user}`);
  const places = own.map(({ answer }) => fromSequence(answer.sequence)).sort((a, b) => Number(a) - Number(b));
  deepStrictEqual(
    places,
    asked.map(({ version }) => version),
    `accepted is not stored: ${user}`,
  );
  for (const { command, answer } of own) {
    const event = events[Number(answer.sequence) - 1];
    strictEqual(event?.type, command.event_type);
    if (command.event_type === 'USER_BALANCE') deepStrictEqual(event?.payload, command.payload);
  }
};
