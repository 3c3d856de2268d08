import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { CASTORE_TABLE, castoreItem } from '@notify/peers';
import { createUserCommands, parseCommand, toEventItem } from '@notify/users';
import { changeBalance, type UserNames } from '@notify/users/testing';
import { benchClient } from '../bench-client.ts';
import { chunksOf, eachOf, median } from '../measurement.ts';
import type { CastoreTurn } from './castore-turn.ts';
import { measureTurn } from './turn.ts';

/** Events behind a user, how many users have so many, and how many commands of castore, which reads them all, make a turn. */
const HISTORIES = [
  { events: 10, users: 400, theirs: 400 },
  { events: 1_000, users: 16, theirs: 80 },
  { events: 10_000, users: 2, theirs: 8 },
] as const;
type History = (typeof HISTORIES)[number];
/** How many commands of ours make a turn. */
const OURS = 400;
const TABLE = 'castore-events';

const WAYS = ['seen', 'not seen', 'castore'] as const;
type Way = (typeof WAYS)[number];

/**
 * A balance command beside castore's: of a user whom the function has seen, of one whom it has not, and by castore, to which that makes
 * no difference. CPU of the process that does it; ways and histories take turns.
 */
export const compareWithCastore = async (
  endpoint: string,
  names: UserNames,
  rounds: number,
): Promise<void> => {
  const dynamodb = benchClient(endpoint);
  await createTables(dynamodb, { [TABLE]: CASTORE_TABLE });
  const seen = createUserCommands(dynamodb, names);
  const castore = fork(fileURLToPath(new URL('castore-turn.ts', import.meta.url)));
  const take = async ({ theirs }: History, way: Way, ids: readonly string[]): Promise<number> => {
    if (way === 'castore') {
      castore.send({ endpoint, table: TABLE, ids, commands: theirs } satisfies CastoreTurn);
      return ((await once(castore, 'message')) as [number])[0];
    }
    return measureTurn(ids, OURS, (id) => {
      const commands = way === 'seen' ? seen : createUserCommands(dynamodb, names);
      return () => commands.execute(parseCommand(changeBalance(1, id)));
    });
  };
  const samples = new Map<History, Record<Way, number[]>>();
  try {
    const users = new Map<History, Record<Way, string[]>>();
    for (const history of HISTORIES) {
      users.set(history, await seed(dynamodb, names, history));
      samples.set(history, { seen: [], 'not seen': [], castore: [] });
    }
    for (let round = 0; round <= rounds; round++) {
      for (let turn = 0; turn < WAYS.length * HISTORIES.length; turn++) {
        const place = turn + round;
        const history = HISTORIES[place % HISTORIES.length] as History;
        const way = WAYS[Math.floor(turn / HISTORIES.length)] as Way;
        const cost = await take(history, way, users.get(history)?.[way] ?? []);
        // The first round warms up the compilers of both sides, and the function sees its users.
        if (round > 0) samples.get(history)?.[way].push(cost);
      }
    }
  } finally {
    castore.kill();
    dynamodb.destroy();
  }
  report(samples);
};

const report = (samples: ReadonlyMap<History, Record<Way, readonly number[]>>): void => {
  const costs = [...samples].map(([{ events }, taken]) => {
    const cost = {
      seen: median(taken.seen),
      'not seen': median(taken['not seen']),
      castore: median(taken.castore),
    };
    const text = WAYS.map((way) => `${way} ${cost[way].toFixed(0)} µs CPU`).join(', ');
    console.log(`${String(events).padStart(6)} events behind the user: ${text}`);
    return cost;
  });
  const worst = (way: Way) => Math.max(...costs.map((cost) => cost[way] / cost.castore)).toFixed(2);
  const growth = (way: Way) => ((costs.at(-1)?.[way] ?? 0) / (costs[0]?.[way] ?? 1)).toFixed(2);
  console.log(`command_cpu_vs_castore=${worst('seen')}`);
  console.log(`command_cold_cpu_vs_castore=${worst('not seen')}`);
  console.log(`command_cpu_at_10000_events_vs_10=${growth('seen')}`);
  console.log(`command_cold_cpu_at_10000_events_vs_10=${growth('not seen')}`);
};

/** Users with so many events, for each way its own: a function that has seen a user would be wrong about one whom others change. */
const seed = async (
  dynamodb: DynamoDBClient,
  { EVENTS_TABLE }: UserNames,
  { events, users }: History,
): Promise<Record<Way, string[]>> => {
  const idsOf = async (way: Way): Promise<string[]> => {
    const [table, toItem] = way === 'castore' ? [TABLE, theirItem] : [EVENTS_TABLE, ourItem];
    const ids = Array.from({ length: users }, (_, i) => `${way}-${events}-${i}`);
    for (const id of ids)
      await put(
        dynamodb,
        table,
        Array.from({ length: events }, (_, i) => toItem(id, i + 1)),
      );
    return ids;
  };
  return { seen: await idsOf('seen'), 'not seen': await idsOf('not seen'), castore: await idsOf('castore') };
};

const ourItem = (userId: string, version: number): Record<string, AttributeValue> =>
  toEventItem(
    {
      userId,
      version,
      commandId: crypto.randomUUID(),
      ...(version === 1
        ? { type: 'USER_CREATED', payload: { name: { sealed: 'bmFtZQ' }, email: { sealed: 'ZW1haWw' } } }
        : { type: 'USER_BALANCE', payload: { delta: 1 } }),
      state: { status: 'active', balance: version - 1 },
    },
    new Date().toISOString(),
  );

const theirItem = (userId: string, version: number): Record<string, AttributeValue> =>
  version === 1
    ? castoreItem(userId, version, 'USER_CREATED', {
        name: { S: 'Alice' },
        email: { S: 'alice@example.com' },
      })
    : castoreItem(userId, version, 'USER_BALANCE', { delta: { N: '1' } });

const put = async (
  dynamodb: DynamoDBClient,
  table: string,
  items: readonly Record<string, AttributeValue>[],
): Promise<void> => {
  await eachOf(chunksOf(items, 25), 4, (chunk) =>
    dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: { [table]: chunk.map((Item) => ({ PutRequest: { Item } })) },
      }),
    ),
  );
};
