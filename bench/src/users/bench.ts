import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { loadTables } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { toAppError } from '@notify/shared-domain';
import {
  createUserCommands,
  fold,
  initialState,
  NO_EVENTS,
  parseCommand,
  type StoredEvent,
  toEventItem,
  type UserCommand,
  type UserCommands,
  userProjection,
} from '@notify/users';
import {
  changeBalance,
  createUser,
  eventRecords,
  type UserNames,
  updateUser,
  userTables,
} from '@notify/users/testing';
import { benchClient } from '../bench-client.ts';
import type { BenchOptions } from '../bench-options.ts';
import { chunksOf, eachOf, type Measurement, measure, median } from '../measurement.ts';
import { compareWithCastore } from './castore.ts';

const USERS = 500;
const AT_A_TIME = 16;
const BATCH_SIZE = 500;
const HOT_FUNCTIONS = 8;

/**
 * What event sourcing costs: CPU of this process, against DynamoDB Local in another one. Commands and raw puts of the same items
 * take turns, and then commands and those of castore; ratios are of medians of the same run.
 */
export const run = async ({ records, rounds }: BenchOptions): Promise<void> => {
  const local = await startDynamoDBLocal({ heapMb: 1_024, tunedFor: 'throughput' });
  try {
    const lab = await Lab.open(local.endpoint);
    const raw: Measurement[] = [];
    const warm: Measurement[] = [];
    const cold: Measurement[] = [];
    const projected: Measurement[] = [];
    const hot: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const users = await lab.users(`round-${round}`);
      const samples = {
        raw: await lab.rawPuts(`raw-${round}`, records),
        warm: await lab.commands(users, users.commands, records),
        cold: await lab.commands(users, lab.aFunction(), USERS),
        projected: await lab.projection(users.ids),
        hot: await lab.hotUser(`hot-${round}`, Math.ceil(records / 10)),
      };
      // The first round warms up the compilers of both sides.
      if (round === 0) continue;
      raw.push(samples.raw);
      warm.push(samples.warm);
      cold.push(samples.cold);
      projected.push(samples.projected);
      hot.push(samples.hot);
    }
    const cpu = (of: readonly Measurement[]) => median(of.map(({ cpuMicroseconds }) => cpuMicroseconds));
    console.log(`raw put                       ${cpu(raw).toFixed(0)} µs CPU`);
    console.log(
      `command, user seen before     ${cpu(warm).toFixed(0)} µs CPU (80 % balance, 15 % update, 5 % create)`,
    );
    console.log(
      `command, user not seen before ${cpu(cold).toFixed(0)} µs CPU, ${(cpu(cold) / cpu(raw)).toFixed(2)} raw puts`,
    );
    console.log(`command_cpu_vs_raw_put=${(cpu(warm) / cpu(raw)).toFixed(2)}`);
    console.log(`fold_events_per_ms=${foldRate(rounds).toFixed(0)}`);
    console.log(`projection_cpu_per_event_us=${cpu(projected).toFixed(1)}`);
    console.log(`hot_user_commands_per_s=${median(hot).toFixed(0)}`);
    await compareWithCastore(local.endpoint, lab.names, rounds);
  } finally {
    await local.stop();
  }
};

interface BenchUsers {
  readonly prefix: string;
  readonly ids: readonly string[];
  /** The function that has created them, and so has seen them. */
  readonly commands: UserCommands;
}

class Lab {
  readonly #dynamodb: DynamoDBClient;
  readonly names: UserNames;

  private constructor(dynamodb: DynamoDBClient, names: UserNames) {
    this.#dynamodb = dynamodb;
    this.names = names;
  }

  static async open(endpoint: string): Promise<Lab> {
    const dynamodb = benchClient(endpoint);
    await createTables(dynamodb, loadTables());
    return new Lab(dynamodb, await userTables(async (name) => name));
  }

  aFunction(): UserCommands {
    return createUserCommands(this.#dynamodb, this.names);
  }

  async users(prefix: string): Promise<BenchUsers> {
    const commands = this.aFunction();
    const ids = Array.from({ length: USERS }, (_, i) => `${prefix}-${i}`);
    await eachOf(ids, AT_A_TIME, (id) => commands.execute(createUser({}, id)));
    return { prefix, ids, commands };
  }

  /** The floor: the item of an event put without a thought. */
  rawPuts(prefix: string, count: number): Promise<Measurement> {
    const items = Array.from({ length: count }, (_, i) =>
      toEventItem(
        {
          userId: `${prefix}-${i % USERS}`,
          version: Math.floor(i / USERS) + 1,
          commandId: crypto.randomUUID(),
          type: 'USER_BALANCE',
          payload: { delta: i },
          state: { status: 'active', balance: i },
        },
        new Date().toISOString(),
      ),
    );
    const TableName = this.names.EVENTS_TABLE;
    return measure(count, () =>
      eachOf(items, AT_A_TIME, (Item) => this.#dynamodb.send(new PutItemCommand({ TableName, Item }))),
    );
  }

  /** The bodies of requests, from their parsing to the stored event. */
  commands({ prefix, ids }: BenchUsers, commands: UserCommands, count: number): Promise<Measurement> {
    const bodies = Array.from({ length: count }, (_, i) => aCommand(prefix, ids, i));
    return measure(count, () => eachOf(bodies, AT_A_TIME, (body) => commands.execute(parseCommand(body))));
  }

  /** The stream of these users' events into their two tables. */
  async projection(ids: readonly string[]): Promise<Measurement> {
    const { records } = await eventRecords(this.#dynamodb, this.names, ids);
    const project = userProjection(this.#dynamodb, this.names);
    const invocation = { remainingTimeMs: () => 60_000 };
    return measure(records.length, async () => {
      for (const Records of chunksOf(records, BATCH_SIZE)) await project({ Records }, invocation);
    });
  }

  /** Several functions on one user, each with the next command as soon as it has an answer; what is refused does not count. */
  async hotUser(id: string, count: number): Promise<number> {
    const functions = Array.from({ length: HOT_FUNCTIONS }, () => this.aFunction());
    await functions[0]?.execute(createUser({}, id));
    const deltas = Array.from({ length: count }, (_, i) => i).values();
    let accepted = 0;
    const work = async (commands: UserCommands) => {
      for (const delta of deltas) {
        try {
          await commands.execute(changeBalance(delta, id));
          accepted++;
        } catch (error) {
          if (toAppError(error).code !== 'EVENT_STORE.CONFLICT') throw error;
        }
      }
    };
    const startedAt = performance.now();
    await Promise.all(functions.map(work));
    return accepted / ((performance.now() - startedAt) / 1_000);
  }
}

/** What is asked of users, on the whole. */
const aCommand = (prefix: string, ids: readonly string[], i: number): UserCommand => {
  const id = ids[(i * 7) % ids.length] ?? '';
  if (i % 20 === 7) return createUser({}, `${prefix}-${crypto.randomUUID()}`);
  return i % 20 < 3 ? updateUser({ name: `Name ${i}` }, id) : changeBalance((i % 7) - 3, id);
};

const FOLDED = 10_000;

/** Stored events to state, each through its schema. */
const foldRate = (rounds: number): number => {
  const events = Array.from(
    { length: FOLDED },
    (_, i): StoredEvent => ({
      userId: 'user-001',
      version: i + 1,
      commandId: String(i),
      ...(i === 0
        ? { type: 'USER_CREATED', schemaVersion: 1, payload: { name: 'Alice', email: 'alice@example.com' } }
        : { type: 'USER_BALANCE', schemaVersion: 1, payload: { delta: 1 } }),
    }),
  );
  const rates = Array.from({ length: rounds + 1 }, () => {
    const startedAt = performance.now();
    const { state } = fold(NO_EVENTS, events);
    if (state.balance === initialState.balance) throw new RangeError('Nothing was folded.');
    return FOLDED / (performance.now() - startedAt);
  });
  return median(rates.slice(1));
};
