import { setTimeout as delay } from 'node:timers/promises';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Log, startEmbeddedStack } from '@notify/embedded';
import { MAX_LATEST, type NotificationKey } from '@notify/shared-domain';
import { buildPackages } from '@notify/toolchain';
import { campaignDifference, countOf } from './campaigns.ts';
import { doorsOf } from './doors.ts';
import { keyText, Model, rowsOf } from './model.ts';
import { stateDifferences } from './pipeline.ts';
import { quarantined } from './quarantine.ts';
import { questionsOf } from './questions.ts';
import { refusalsOf } from './refusals.ts';
import { reportDoorsOf } from './report-doors.ts';
import { play, type Scenario, scenario } from './scenario.ts';
import { openStage, type Stage } from './stage.ts';
import { targetOf } from './target.ts';
import { checkUsers } from './verify/check-users.ts';

/**
 * `pnpm verify`: does a write become an answer, on this machine, now? Boots a stack of its own on free ports, writes a history of 500
 * notifications, asks every query through every door and compares with what was written. Exits 0 when nothing differs, else 1.
 */
const NOTIFICATIONS = 500;
const PROBES = 100;
const SEED = 20_240_101;
const PAGE_SIZE = 3;
/** So many of the newest are compared one by one. */
const LATEST = 30;

interface Check {
  readonly name: string;
  readonly asked: number;
  /** What was wrong, a sentence each. */
  readonly failures: readonly string[];
}

const main = async (): Promise<number> => {
  await buildPackages((line) => process.stdout.write(`${line}\n`));
  const began = performance.now();
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'ERROR',
    log: printErrors,
  });
  const stage = openStage(targetOf(stack));
  try {
    const startup = performance.now() - began;
    const history = scenario({ id: 'verify', commands: NOTIFICATIONS, seed: SEED });
    await play(stage.documents, stage.table('command-records'), history.writes);
    await stack.idle();

    const results: Check[] = [
      ...(await checkDoors(stage, history)),
      await checkLatest(stage, history),
      await checkCampaigns(stage, history),
      await checkPipeline(stage, history),
      await checkRefusals(stage),
      await checkQuarantine(stage, history),
      { name: 'users', ...(await checkUsers(stage)) },
    ];
    const lags = await idleLags(stage);
    const rows = await countRows(stage, history.commands);
    const { length: written } = history.commands;
    return report(results, { written, writes: history.writes.length, rows, lags, startup, began });
  } finally {
    stage.close();
    await stack.stop();
  }
};

/** What a piece of the stack has to say at level ERROR; its metrics, which are lines of the log too, are not asked for. */
const printErrors: Log = (source, line) => {
  if (!line.startsWith('{"_aws"')) process.stderr.write(`${source}: ${line}\n`);
};

/** Every question through every door: half of them at once, half of them in pages. */
const checkDoors = async (stage: Stage, { commands }: Scenario): Promise<Check[]> => {
  const model = new Model(commands);
  const checks: Check[] = [];
  for (const door of doorsOf(stage)) {
    const questions = questionsOf(door.query_type, commands);
    if (door.query_type === 'fail') questions.push({});
    const failures: string[] = [];
    for (const [index, question] of questions.entries()) {
      const difference =
        index % 2 === 0
          ? await model.difference(door, { ...question, limit: 1000 })
          : await model.differenceInPages(door, question, PAGE_SIZE);
      if (difference !== undefined) failures.push(`${JSON.stringify(question)}: ${difference}`);
    }
    checks.push({ name: door.name, asked: questions.length, failures });
  }
  return checks;
};

/** The newest of all, by every door that takes no id for them. Some of the newest 50 keys are of commands that were removed. */
const checkLatest = async (stage: Stage, { commands }: Scenario): Promise<Check> => {
  const model = new Model(commands);
  const doors = doorsOf(stage).filter(({ query_type }) => query_type === 'transaction');
  const failures: string[] = [];
  for (const door of doors) {
    const { length } = rowsOf((await door.ask({})).body);
    if (length < LATEST || length > MAX_LATEST) failures.push(`${door.name}: ${length} rows`);
    const difference = await model.difference(door, { limit: LATEST });
    if (difference !== undefined) failures.push(`${door.name}: ${difference}`);
  }
  return { name: 'the newest', asked: 2 * doors.length, failures };
};

/** Each campaign, counted by every door, against the commands. */
const checkCampaigns = async (stage: Stage, { commands }: Scenario): Promise<Check> => {
  const campaigns = [...new Set(commands.flatMap(({ marketing_id }) => marketing_id ?? []))];
  const doors = reportDoorsOf(stage).filter(({ query_type }) => query_type === 'campaign');
  const failures: string[] = [];
  for (const door of doors) {
    for (const id of campaigns)
      failures.push(...[(await campaignDifference(door, countOf(commands, id))) ?? []].flat());
  }
  return { name: 'campaigns', asked: doors.length * campaigns.length, failures };
};

/** So many notifications are explained by each door: every one is looked at in three tables. */
const EXPLAINED = 50;

/** What became of notifications, by every door; and that the pipeline says how it does, and what it has set aside. */
const checkPipeline = async (stage: Stage, { commands, malformed }: Scenario): Promise<Check> => {
  const inStep = commands.slice(0, EXPLAINED);
  const failures: string[] = [];
  let asked = 0;
  for (const door of reportDoorsOf(stage)) {
    if (door.query_type === 'explain') {
      asked += inStep.length + malformed.length;
      failures.push(...(await stateDifferences(door, inStep, 'in step')));
      failures.push(...(await stateDifferences(door, malformed, 'set aside: RECORD.INVALID')));
    } else if (door.query_type === 'status' || door.query_type === 'quarantine') {
      asked++;
      const { status, body } = await door.ask({});
      if (status !== 200 || !JSON.stringify(body).includes('RECORD.INVALID'))
        failures.push(`${door.name}: ${status} ${JSON.stringify(body)}`);
    }
  }
  return { name: 'pipeline', asked, failures };
};

const checkRefusals = async (stage: Stage): Promise<Check> => {
  const refusals = refusalsOf(stage);
  const failures: string[] = [];
  for (const { what, by, status, code, ask } of refusals) {
    const { status: actual, body } = await ask();
    const found = `${actual} ${(body as { code?: string } | undefined)?.code}`;
    if (found !== `${status} ${code}`)
      failures.push(`${what} (${by}): ${found} instead of ${status} ${code}`);
  }
  return { name: 'bad input', asked: refusals.length, failures };
};

/** Each malformed record is in quarantine once, with its code. */
const checkQuarantine = async (stage: Stage, { malformed }: Scenario): Promise<Check> => {
  const failures: string[] = [];
  for (const item of malformed) {
    const codes = (await quarantined(stage, item)).map((entry) => entry['error_code']).join();
    if (codes !== 'RECORD.INVALID') failures.push(`${keyText(item)}: ${codes || 'not there'}`);
  }
  return { name: 'quarantine', asked: malformed.length, failures };
};

/** Milliseconds from the acknowledged write to the visible row, one write at a time. */
const idleLags = async (stage: Stage): Promise<number[]> => {
  const { commands } = scenario({ id: 'verify-lag', commands: 2 * PROBES, seed: SEED });
  const lags: number[] = [];
  for (const Item of commands.slice(0, PROBES)) {
    await stage.documents.send(new PutCommand({ TableName: stage.table('command-records'), Item }));
    const written = performance.now();
    while (!(await rowExists(stage, Item))) await delay(2);
    lags.push(performance.now() - written);
  }
  return lags.sort((a, b) => a - b);
};

const rowExists = async (
  { documents, table }: Stage,
  { transaction_id, created_at }: NotificationKey,
): Promise<boolean> => {
  const Key = { transaction_id, created_at };
  const { Item } = await documents.send(
    new GetCommand({ TableName: table('notification-records'), Key, ConsistentRead: true }),
  );
  return Item !== undefined && Item['deleted'] !== true;
};

const countRows = async (stage: Stage, commands: readonly NotificationKey[]): Promise<number> => {
  const found = await Promise.all(commands.map((command) => rowExists(stage, command)));
  return found.filter(Boolean).length;
};

interface Figures {
  /** Records that exist at the end, and the writes that led there. */
  readonly written: number;
  readonly writes: number;
  readonly rows: number;
  /** Sorted milliseconds. */
  readonly lags: readonly number[];
  readonly startup: number;
  readonly began: number;
}

const report = (
  checks: readonly Check[],
  { written, writes, rows, lags, startup, began }: Figures,
): number => {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const quantile = (q: number) => (lags[Math.ceil(lags.length * q) - 1] ?? Number.NaN).toFixed(0);
  const differences = checks.reduce((sum, check) => sum + check.failures.length, 0) + (written - rows);
  const width = Math.max(...checks.map(({ name }) => name.length));
  print(`${'check'.padEnd(width)}${'asked'.padStart(7)}${'different'.padStart(11)}`);
  for (const check of checks) {
    const mark = check.failures.length === 0 ? '' : '  <-';
    print(
      `${check.name.padEnd(width)}${String(check.asked).padStart(7)}${String(check.failures.length).padStart(11)}${mark}`,
    );
  }
  for (const check of checks)
    for (const failure of check.failures.slice(0, 5)) print(`\n${check.name}: ${failure}`);
  print('');
  print(`records written   ${written}  (${writes} writes, with status changes and deletions)`);
  print(`rows read         ${rows}`);
  print(`differences       ${differences}`);
  print(`lag when idle     p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms  (${lags.length} writes)`);
  print(
    `time              ${((performance.now() - began) / 1000).toFixed(1)} s, of which start ${(startup / 1000).toFixed(1)} s`,
  );
  return differences === 0 ? 0 : 1;
};

process.exitCode = await main();
