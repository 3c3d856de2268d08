import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { Backoff } from '@notify/dynamodb';
import { loseMessages } from '@notify/dynamodb-local';
import { findCounterexample, type SearchOptions } from '@notify/proof';
import { AppError } from '@notify/shared-domain';
import { type DeliveryPlan, deliver, deliveryPlans } from '@notify/stream-projection/proof';
import { Faults } from '@notify/stream-projection/testing';
import * as fc from 'fast-check';
import { commandKey } from '../src/commands/command-key.ts';
import { createUserCommands } from '../src/commands/user-command-service.ts';
import type { UserCommands } from '../src/commands/user-commands.ts';
import type { UserCommand } from '../src/domain/command.ts';
import { fromSequence } from '../src/domain/sequence.ts';
import type { EventStored } from '../src/domain/views.ts';
import { fromEventItem } from '../src/events/event-item.ts';
import type { StoredEvent } from '../src/events/event-store.ts';
import { userProjection } from '../src/projection/user-projection-service.ts';
import { eventRecords, expectedRows, storedRows, type UserNames } from '../src/testing/user-fixture.ts';
import { changeBalance, createUser, updateUser } from '../src/testing/users.ts';

const WRITERS = 8;
const USERS = 20;
const MAX_COMMANDS = 60;

/** Far ahead: DynamoDB Local drops what has expired, and the runs would race with it. */
const NOW = Date.UTC(2100);

/** How the writers meet is the machine's to say: the same seed gives the same commands and deliveries, not always the same end. */
export interface ProofOptions extends SearchOptions {
  /** A new client. @param maxAttempts of the SDK, for each request */
  readonly createClient: (maxAttempts: number) => DynamoDBClient;
  readonly names: UserNames;
  /** Called after each sequence. */
  readonly onAnswers?: (answers: Answers) => void;
}

/** What one writer does next. */
interface Step {
  readonly writer: number;
  readonly user: number;
  readonly does: 'create' | 'change' | 'update' | 'erase';
  readonly delta: number;
  /** Sent under an idempotency key, so many times. */
  readonly keyed: number;
  /** Before the others begin. */
  readonly first: boolean;
}

const steps = fc.array(
  fc.record({
    writer: fc.nat({ max: WRITERS - 1 }),
    user: fc.nat({ max: USERS - 1 }),
    does: fc.oneof(
      { weight: 4, arbitrary: fc.constant('create' as const) },
      { weight: 36, arbitrary: fc.constant('change' as const) },
      { weight: 12, arbitrary: fc.constant('update' as const) },
      { weight: 1, arbitrary: fc.constant('erase' as const) },
    ),
    delta: fc.oneof(
      { weight: 15, arbitrary: fc.integer({ min: -1_000, max: 1_000 }) },
      fc.constantFrom(2 ** 52, -(2 ** 52)),
    ),
    keyed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  }),
  { minLength: 1, maxLength: MAX_COMMANDS, size: 'max' },
);

/** Most writers meet on the same few users, and most users are created before anything else is asked of them. */
const sequences = steps.map((all) => {
  const met = new Set<number>();
  return all.map((step): Step => {
    const user = Math.floor(step.user ** 2 / USERS);
    const first = !met.has(user) && step.delta % 8 !== 0;
    met.add(user);
    return { ...step, user, first, does: first ? 'create' : step.does };
  });
});

interface Case {
  readonly all: readonly Step[];
  readonly plan: DeliveryPlan;
}

const cases: fc.Arbitrary<Case> = sequences.chain((all) =>
  deliveryPlans(all.length, { reads: true }).map((plan) => ({ all, plan })),
);

/**
 * The promise of the users: whoever writes what at the same time, whatever is lost on the way, and however the stream is delivered,
 * every accepted command is stored once, the events of a user have no gap, and the rows are the fold of the stored events.
 *
 * @throws Counterexample
 */
export const proveUsers = (options: ProofOptions): Promise<void> =>
  findCounterexample(options, {
    cases,
    openStage: async () => new Stage(options),
    describe: (example) => [JSON.stringify(example)],
    chunk: 5,
    lanes: 8,
  });

interface Accepted {
  readonly command: UserCommand;
  readonly answer: EventStored;
}

/** What the writers were answered. */
class Answers {
  readonly accepted: Accepted[] = [];
  /** Every answer was lost: whether these are stored, nobody knows. */
  readonly unanswered: UserCommand[] = [];
  refused = 0;
  erased = 0;
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
      // The SDK sends again what was lost; what it loses three times in a row fails.
      loseMessages(client, () => {
        const request = ++this.#requests;
        return request % 7 === 0 ? 'answer' : request % 17 === 0 ? 'request' : undefined;
      });
      return createUserCommands(client, names, {
        backoff: new Backoff({ baseMs: 1, capMs: 8, attempts: 100 }),
      });
    });
    this.#faults = new Faults(projecting, names.QUARANTINE_TABLE);
    this.#project = userProjection(projecting, names, { batches: { backoff }, clock: () => NOW });
  }

  async play({ all, plan }: Case): Promise<void> {
    const { names, onAnswers } = this.#options;
    const run = randomUUID();
    const userOf = ({ user }: Step) => `${run}-${user}`;
    const erased = new Set(all.filter(({ does }) => does === 'erase').map(userOf));
    const answers = new Answers();
    for (const round of [all.filter(({ first }) => first), all.filter(({ first }) => !first)]) {
      await Promise.all(
        this.#writers.map((writer, index) =>
          this.#write(
            writer,
            round.filter((step) => step.writer === index),
            userOf,
            answers,
          ),
        ),
      );
    }
    const users = [...new Set(all.map(userOf))];
    const { records, itemsOf } = await eventRecords(this.#dynamodb, names, users);
    for (const user of users) checkEvents(user, itemsOf.get(user) ?? [], answers, erased.has(user));

    // A plan is made for as many records as there are steps; it orders those that there are.
    const order = plan.order?.filter((place) => place < records.length);
    await deliver(records, { ...plan, order }, this.#project, this.#faults);
    const [found, expected] = await Promise.all([
      storedRows(this.#dynamodb, names, users),
      expectedRows(this.#dynamodb, names, itemsOf),
    ]);
    deepStrictEqual(found, expected, 'the rows are not the fold of the events');
    onAnswers?.(answers);
  }

  /** One writer's steps, one after the other. */
  async #write(
    writer: UserCommands,
    own: readonly Step[],
    userOf: (step: Step) => string,
    answers: Answers,
  ): Promise<void> {
    for (const step of own) {
      const user = userOf(step);
      const command = toCommand(step, user);
      try {
        if (step.does === 'erase') {
          await untilAnswered(() => writer.erase(user));
          answers.erased++;
        } else answers.accepted.push({ command, answer: await this.#send(writer, command, step.keyed) });
      } catch (error) {
        if (isLost(error)) answers.unanswered.push(command);
        else if (error instanceof AppError && [404, 409, 422].includes(error.status)) answers.refused++;
        else throw error;
      }
    }
  }

  /** A command; one with a key until there is an answer and then by other functions, with the same answer. */
  async #send(writer: UserCommands, command: UserCommand, times: number): Promise<EventStored> {
    if (times === 0) return writer.execute(command);
    const key = commandKey(randomUUID(), command);
    const answer = await untilAnswered(() => writer.execute(command, key));
    for (let again = 1; again < times; again++) {
      const other = this.#writers[again % WRITERS] as UserCommands;
      const same = await untilAnswered(() => other.execute(command, key));
      deepStrictEqual(same, answer, 'the same answer again');
    }
    return answer;
  }
}

const isLost = (error: unknown): boolean => (error as Error).name === 'TimeoutError';

/** Does what is safe to repeat until there is an answer. */
const untilAnswered = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }
};

const toCommand = ({ does, delta, writer }: Step, user: string): UserCommand => {
  if (does === 'create') return createUser({ name: `User ${writer}` }, user);
  if (does === 'change') return changeBalance(delta, user);
  return updateUser(delta % 2 === 0 ? { name: `Name ${delta}` } : { email: `u${writer}@example.com` }, user);
};

/** No gap, no event twice, each accepted command exactly one event, and none that nobody asked for. */
const checkEvents = (
  user: string,
  items: readonly Item[],
  { accepted, unanswered }: Answers,
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
  const asked = new Map(events.map((event) => [event.version, event]));
  const erasures = events.filter(({ type }) => type === 'USER_ERASED');
  ok(erasures.length <= (mayBeErased ? 1 : 0), `erased twice: ${user}`);
  for (const { version } of erasures) asked.delete(version);
  for (const { command, answer } of accepted.filter(({ command }) => command.user_id === user)) {
    const version = fromSequence(answer.sequence) as number;
    const event = asked.get(version);
    ok(event && isOf(event, command), `accepted is not stored: ${JSON.stringify(command)}`);
    asked.delete(version);
  }
  const maybe = unanswered.filter(({ user_id }) => user_id === user);
  for (const event of asked.values()) {
    const place = maybe.findIndex((command) => isOf(event, command));
    ok(place >= 0, `nobody asked for ${JSON.stringify(event)}`);
    maybe.splice(place, 1);
  }
};

/** Personal payloads are sealed and cannot be compared. */
const isOf = ({ type, payload }: StoredEvent, command: UserCommand): boolean =>
  type === command.event_type && (type !== 'USER_BALANCE' || isDeepStrictEqual(payload, command.payload));
