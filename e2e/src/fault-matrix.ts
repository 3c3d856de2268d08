import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startEmbeddedStack } from '@notify/embedded';
import { buildPackages } from '@notify/toolchain';
import { startKmsEndpoint } from '@notify/users/testing';
import { describe, expectedOutcome, GOES_ON } from './faults/expected-outcome.ts';
import { type Fault, faultsOf } from './faults/fault.ts';
import { FaultyEndpoint, type Request, requestName } from './faults/faulty-endpoint.ts';
import { Programs } from './faults/programs.ts';
import { KEY_ARN, type Scenario, scenarios } from './faults/scenarios.ts';
import { unsentCommands } from './faults/sent-commands.ts';

/**
 * `pnpm --filter @notify/e2e faults`: each request to AWS that the functions, the service and the command line send × each error that AWS's model lists for
 * it, and silence, a reset before and behind the work, garbage and a body cut off: all of them for good, and of each kind one that passes; with `--kinds` a part of
 * that. The programs, their
 * limits and the SDK are the real ones. Prints `fault_cases=<n> unexpected=<n>`; exits 0 when each case ended as it is stated to.
 */
const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.local/faults');
const WAITING_AT_ONCE = 24;
// These are work, and more at once than there are cores only takes the time from each that its limits leave it.
const LIGHT_AT_ONCE = 3;
const HEAVY_AT_ONCE = 2;
const AGAIN_AT_ONCE = 2;

interface Case {
  readonly scenario: Scenario;
  readonly request: Request;
  readonly fault: Fault;
  readonly lasting: boolean;
}

interface Ended extends Case {
  readonly outcome: string;
  readonly met: boolean;
  readonly elapsedS: number;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    /** An endpoint with S3 and SQS; without it what goes to them is left out. */
    moto: { type: 'string' },
    /** Only each kind of fault in each scenario, for good and once, in its requests by turns. */
    kinds: { type: 'boolean' },
    /** Only scenarios whose name holds this. */
    only: { type: 'string' },
    /** Only faults whose name holds this. */
    fault: { type: 'string' },
  },
});

const main = async (): Promise<number> => {
  await buildPackages(print);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const kms = await startKmsEndpoint();
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'ERROR',
    functionEnvironment: { USER_MASTER_KEY: KEY_ARN, AWS_ENDPOINT_URL_KMS: kms.url },
    log: () => {},
  });
  const endpoint = new FaultyEndpoint(({ service }) => {
    if (service === 'kms') return kms.url;
    return service === 's3' || service === 'sqs' ? String(values.moto) : stack.awsUrl;
  });
  const dynamodb = new DynamoDBClient(stack.dynamodb);
  try {
    await endpoint.listen();
    const programs = Programs.build({
      root: ROOT,
      folder: FOLDER,
      undisturbed: endpoint.of('undisturbed'),
      apiUrl: stack.apiUrl,
      masterKey: KEY_ARN,
    });
    const giveUp = values.moto === undefined ? undefined : await givenUpAt(values.moto);
    const ways = await scenarios(programs, dynamodb, FOLDER, giveUp);
    const chosen = ways.filter(({ name }) => name.includes(values.only ?? ''));
    const all = await casesOf(chosen, endpoint);
    const cases = values.kinds ? eachKind(all) : all;
    const of = (weight: Weight) => cases.filter((each) => weightOf(each) === weight).length;
    await programs.hold(WAITING_AT_ONCE);
    print(`light=${of('light')} waiting=${of('waiting')} heavy=${of('heavy')}`);
    return judge(await play(cases, endpoint));
  } finally {
    endpoint.close();
    dynamodb.destroy();
    await stack.stop();
    kms.stop();
  }
};

/** Puts a batch that was given up, and the message that tells of it, where the command line looks for them. */
const givenUpAt = async (moto: string) => {
  const config = {
    endpoint: moto,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  return async (id: string, bucket: string, event: string): Promise<void> => {
    const name = `stream-processor-lambda--${id}`;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-on-failure` }));
    const key = 'aws/lambda/mapping/shard/2026/11/24/batch';
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const functionArn = `arn:aws:lambda:us-east-1:000000000000:function:${name}:live`;
    const body = JSON.stringify({ requestContext: { functionArn }, payload: event });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    const message = JSON.stringify({ detail: { bucket: { name: bucket }, object: { key } } });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: message }));
  };
};

/** What each scenario sends when nothing fails, and with that its cases. */
const casesOf = async (chosen: readonly Scenario[], endpoint: FaultyEndpoint): Promise<Case[]> => {
  const sent = new Set<string>();
  const wrong: string[] = [];
  const ways = await inParallel([...chosen.entries()], LIGHT_AT_ONCE, async ([index, scenario]) => {
    const id = `golden-${index}`;
    const outcome = await inTime(scenario.run(endpoint.of(id), id));
    if (outcome !== scenario.undisturbed)
      wrong.push(`${scenario.name}: ${outcome} without a fault, and not ${scenario.undisturbed}`);
    const requests = [...endpoint.seen(id).values()];
    for (const { operation } of requests) sent.add(operation);
    return { scenario, requests };
  });
  // Without a bucket and a queue, nothing can be said of who sends what to them.
  if (values.only === undefined && values.moto !== undefined) {
    const unsent = unsentCommands(ROOT, sent);
    if (unsent.length > 0) wrong.push(`no scenario sends ${unsent.join(', ')}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const shown = new Set<string>();
  return inTurn(
    ways.flatMap(({ scenario, requests }) =>
      requests.flatMap((request) => {
        const what = `${scenario.program} ${requestName(request)}`;
        if (shown.has(what)) return [];
        shown.add(what);
        return [casesOfRequest(scenario, request)];
      }),
    ),
  );
};

/** One of each list after the other, so that those which need the same, and take as long, are not all played at once. */
const inTurn = <T>(lists: readonly (readonly T[])[]): T[] => {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
};

/** Each fault for good, and of each kind one that passes. */
const casesOfRequest = (scenario: Scenario, request: Request): Case[] => {
  const faults = faultsOf(request.service, request.operation).filter(({ name }) =>
    name.includes(values.fault ?? ''),
  );
  const passing = new Map(faults.map((fault) => [fault.kind, fault]));
  return [
    ...faults.map((fault): Case => ({ scenario, request, fault, lasting: true })),
    ...[...passing.values()].map((fault): Case => ({ scenario, request, fault, lasting: false })),
  ];
};

/** Of the cases of a scenario those with another kind of fault, each with another request as far as there are as many. */
const eachKind = (cases: readonly Case[]): Case[] => {
  const byScenario = Map.groupBy(cases, ({ scenario }) => scenario);
  return [...byScenario.values()].flatMap((ofScenario) => {
    const byKind = Map.groupBy(ofScenario, ({ fault, lasting }) => `${fault.kind} ${lasting}`);
    return [...byKind.values()].map((ofKind, turn) => ofKind[turn % ofKind.length] as Case);
  });
};

const play = async (cases: readonly Case[], endpoint: FaultyEndpoint): Promise<Ended[]> => {
  let count = 0;
  const playOne = async (each: Case): Promise<Ended> => {
    const id = `case-${count++}`;
    const times = each.lasting ? Number.POSITIVE_INFINITY : 1;
    endpoint.plan(id, requestName(each.request), each.fault, times);
    const start = performance.now();
    const outcome = await inTime(each.scenario.run(endpoint.of(id), id));
    const elapsedS = Math.round((performance.now() - start) / 100) / 10;
    const one = { ...each, outcome, met: endpoint.wasInjected(id), elapsedS };
    if (!isExpected(one)) print(`to see to   ${describe(one)}: ${outcome.slice(0, 120)} (${elapsedS} s)`);
    return one;
  };
  const of = (weight: Weight) => cases.filter((each) => weightOf(each) === weight);
  const ended = await Promise.all([
    inParallel(of('waiting'), WAITING_AT_ONCE, playOne),
    inParallel(of('heavy'), HEAVY_AT_ONCE, playOne),
    inParallel(of('light'), LIGHT_AT_ONCE, playOne),
  ]);
  // Where the machine was too busy for a time limit, the case is played again by itself.
  return inParallel(ended.flat(), AGAIN_AT_ONCE, async (each) => (isExpected(each) ? each : playOne(each)));
};

type Weight = 'waiting' | 'heavy' | 'light';

/** Most of what lasts is waiting; what makes tables is work for the local database. */
const weightOf = ({ scenario, fault, lasting }: Case): Weight => {
  const isPatient = lasting && (fault.kind === 'silence' || scenario.caller === 'tool');
  if (isPatient) return 'waiting';
  return scenario.heavy ? 'heavy' : 'light';
};

const isExpected = (each: Ended): boolean =>
  each.met &&
  expectedOutcome(each).some(
    (stated) => each.outcome === stated || (stated.endsWith('injected') && each.outcome.startsWith(stated)),
  );

const judge = (ended: readonly Ended[]): number => {
  const lineOf = (each: Ended) =>
    `${describe(each)}\t${each.outcome}${each.met ? '' : ' (never met)'}\t${expectedOutcome(each).join(' or ')}`;
  const table = ended.map((each) => `${lineOf(each)}\t${each.elapsedS}`);
  writeFileSync(join(FOLDER, 'outcomes.tsv'), table.sort().join('\n'));
  const unexpected = ended.filter((each) => !isExpected(each));
  for (const each of unexpected) {
    const [what, outcome, stated] = lineOf(each).split('\t');
    print(`unexpected  ${what}: ${outcome}; stated: ${stated}`);
  }
  print(`fault_cases=${ended.length} unexpected=${unexpected.length}`);
  return unexpected.length === 0 && ended.length > 0 ? 0 : 1;
};

/** Whoever has not come to an end by then has patience, for a tool of six minutes; what is thrown is an outcome, too. */
const LONGEST_MS = 80_000;

const inTime = async (outcome: Promise<string>): Promise<string> => {
  const timer = new AbortController();
  const late = delay(LONGEST_MS, GOES_ON, { signal: timer.signal }).catch(() => '');
  return Promise.race([outcome.catch((error: Error) => `threw ${error.message}`), late]).finally(() =>
    timer.abort(),
  );
};

/** Does the work for each, so many at once; the results in their order. */
const inParallel = async <T, R>(
  all: readonly T[],
  concurrency: number,
  work: (each: T) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < all.length; index = next++) results[index] = await work(all[index] as T);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
};

// What still has patience ends with it.
process.exit(await main());
