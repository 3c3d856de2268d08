import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadTables, type Table } from '@notify/dynamodb';
import { throttlingEndpoint } from '@notify/dynamodb-local/testing';
import { type GivenUpBatch, startEmbeddedStack } from '@notify/embedded';
import { check, createPace, rebuild, sessionAt, type Terminal, toolClient } from '@notify/scripts';
import { play, scenario } from '../scenario.ts';
import { openStage, type Stage } from '../stage.ts';
import { targetOf } from '../target.ts';
import { UsersApi } from '../users-api.ts';

export interface ThrottledRunOptions {
  /** How long writes are offered. */
  readonly seconds: number;
  /** Writes a second, of which some change or delete what others have written. DynamoDB takes a tenth of the rows, in the table, in each index and of each partition key. */
  readonly offered: number;
  /** Commands in the table that is rebuilt, the offered ones among them, and those that were deleted. */
  readonly rows: number;
  /** Write units a second that the new table takes. */
  readonly rebuildUnits: number;
  /** Let queries go over to the new table. */
  readonly switches: boolean;
}

export interface ThrottledReport {
  /** Writes. */
  readonly offered: number;
  /** Writes that were refused while they were offered, and while the table was rebuilt. */
  readonly throttled: number;
  readonly throttledRebuild: number;
  readonly queries: number;
  /** Queries that were not answered with 200. */
  readonly unanswered: number;
  readonly userCommands: number;
  /** User commands that were refused or not answered in time, and sent again. */
  readonly postponed: number;
  /** Users whose balance is not the sum of what was acknowledged. */
  readonly wrongUsers: number;
  readonly givenUp: number;
  readonly differences: number;
  readonly rebuilt: number;
  readonly rebuildDifferences: number;
  readonly elapsedS: number;
}

const ROWS = 'notification-records';
const NEW_ROWS = 'notification-records-2';
const USERS = 3;
const USER_TABLES = ['EventsTable', 'UserSummaryTable', 'UserDetailTable', 'command-idempotency'];
const USER_UNITS = 4;

/**
 * The projection, the users, the queries and a rebuild under a DynamoDB that takes less than it is offered: a stack of its own, whose
 * functions and tools reach the database through an endpoint that refuses as DynamoDB does, and whose streams give up as Lambda's do.
 */
export const throttledRun = async (
  options: ThrottledRunOptions,
  terminal: Terminal,
): Promise<ThrottledReport> => {
  const tables = loadTables();
  const proxy = await throttlingEndpoint({ ...tables, [NEW_ROWS]: tables[ROWS] as Table });
  const givenUp: GivenUpBatch[] = [];
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'ERROR',
    functionEnvironment: { AWS_ENDPOINT_URL: proxy.url },
    givingUp: { keep: (batch) => void givenUp.push(batch) },
    log: () => {},
  });
  proxy.forwardTo(stack.dynamodb.endpoint);
  const stage = openStage(targetOf(stack));
  // With the limits and the patience of an operator's tool.
  const dynamodb = new DynamoDBClient({ ...stack.dynamodb, ...toolClient, endpoint: proxy.url });
  const beganAt = performance.now();
  try {
    const units = options.offered / 10;
    proxy.limit(ROWS, { table: units, partition: units });
    for (const name of USER_TABLES) proxy.limit(name, { table: USER_UNITS });
    const ended = new AbortController();
    const asking = askOnAndOn(stage, ended.signal);
    const telling = tellUsers(new UsersApi(stage), ended.signal);
    const commands = options.seconds * options.offered;
    const offering = offer(stage, 'offered', options.offered, commands).finally(() => ended.abort());
    const [writes, queries, users] = await Promise.all([offering, asking, telling]);
    terminal.note(`offered ${writes} writes; refused ${proxy.refused} so far`);
    const throttled = proxy.refused;
    for (const name of [ROWS, ...USER_TABLES]) proxy.limit(name, {});
    await stack.idle();
    const session = { ...(await sessionAt(stack.awsUrl, terminal)), dynamodb };
    const report = await check(session, { table: ROWS, segments: 2, settleMs: 0 });
    const wrongUsers = await countWrongUsers(new UsersApi(stage), users.balances);

    await offer(stage, 'more', Number.POSITIVE_INFINITY, options.rows - commands);
    await stack.idle();
    proxy.limit(NEW_ROWS, { table: options.rebuildUnits });
    const before = proxy.refused;
    const { filled, check: checked } = await rebuild(session, {
      segments: 4,
      stopBeforeSwitch: !options.switches,
    });
    return {
      offered: writes,
      throttled,
      throttledRebuild: proxy.refused - before,
      ...queries,
      userCommands: users.acknowledged,
      postponed: users.postponed,
      wrongUsers,
      givenUp: givenUp.length,
      differences: report.differences.length,
      rebuilt: filled,
      rebuildDifferences: checked?.differences.length ?? Number.NaN,
      elapsedS: Math.round((performance.now() - beganAt) / 1000),
    };
  } finally {
    dynamodb.destroy();
    stage.close();
    await stack.stop();
    proxy.close();
  }
};

/** How many changes are written at once: what a stream hands over in a moment. */
const PORTION = 25;

const offer = async (stage: Stage, id: string, rate: number, count: number): Promise<number> => {
  const { writes } = scenario({ id, commands: count, seed: 12, transactions: count, users: 50 });
  const pace = createPace(Number.isFinite(rate) ? rate : undefined, new AbortController().signal);
  for (let start = 0; start < writes.length; start += PORTION) {
    const portion = writes.slice(start, start + PORTION);
    await pace(portion.length);
    await play(stage.documents, stage.table('command-records'), portion);
  }
  return writes.length;
};

const QUERY_PAUSE_MS = 100;

const askOnAndOn = async (stage: Stage, signal: AbortSignal) => {
  let [queries, unanswered] = [0, 0];
  while (!signal.aborted) {
    const { status } = await stage.http.get(`${stage.notifications}/tx`, { transaction_id: 'offered-tx-1' });
    queries += 1;
    if (status !== 200) unanswered += 1;
    await delay(QUERY_PAUSE_MS);
  }
  return { queries, unanswered };
};

/** Commands on users, each told until it is taken, by the same key. */
const tellUsers = async (api: UsersApi, signal: AbortSignal) => {
  const balances = new Map<string, number>();
  let [acknowledged, postponed] = [0, 0];
  const tell = async (user: string, type: string, payload: object) => {
    const key = randomUUID();
    for (;;) {
      const { status, headers, body } = await api.command(user, type, payload, key);
      if (status === 200) break;
      const { code } = body as { code?: string };
      // The lease of a try that was refused, or given up, halfway runs for seconds; the answer is the first one's then.
      if (status !== 503 && status !== 504 && code !== 'IDEMPOTENCY.IN_PROGRESS')
        throw new Error(`A command on ${user} is answered with ${status} ${code}.`);
      postponed += 1;
      await delay(Number(headers.get('retry-after') ?? 1) * 1_000);
    }
    acknowledged += 1;
  };
  const users = Array.from({ length: USERS }, (_, index) => `throttled-${index}`);
  await Promise.all(
    users.map(async (user) => {
      await tell(user, 'USER_CREATED', { name: user, email: `${user}@example.com` });
      balances.set(user, 0);
      while (!signal.aborted) {
        await tell(user, 'USER_BALANCE', { delta: 1 });
        balances.set(user, (balances.get(user) ?? 0) + 1);
      }
    }),
  );
  return { balances, acknowledged, postponed };
};

const countWrongUsers = async (api: UsersApi, balances: ReadonlyMap<string, number>): Promise<number> => {
  let wrong = 0;
  for (const [user, balance] of balances) {
    const { body } = await api.detail(user);
    if ((body as { Balance?: number }).Balance !== balance) wrong += 1;
  }
  return wrong;
};
