import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedStack } from '@notify/embedded';
import { buildPackages } from '@notify/toolchain';
import { startKmsEndpoint } from '@notify/users/testing';
import { expectedOutcome } from './faults/expected-outcome.ts';
import { type Fault, faultsOf } from './faults/fault.ts';
import { FaultyEndpoint, type Request, requestName } from './faults/faulty-endpoint.ts';
import { Programs } from './faults/programs.ts';
import { KEY_ARN, type Scenario, scenarios } from './faults/scenarios.ts';
import { unsentCommands } from './faults/sent-commands.ts';

/**
 * `pnpm faults`: each request to AWS that the functions, the service and the command line send × each error that AWS's model lists for
 * it, and silence, a reset, garbage and a body cut off; once in passing and once for good. The programs, their limits and the SDK are
 * the real ones. Prints `fault_cases=<n> unexpected=<n>`; exits 0 when each case ended as it is stated to.
 */
const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.local/faults');
const CONCURRENCY = 48;

interface Case {
  readonly scenario: Scenario;
  readonly request: Request;
  readonly fault: Fault;
  readonly lasting: boolean;
}

interface Ended extends Case {
  readonly outcome: string;
  readonly met: boolean;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    moto: { type: 'string' },
    only: { type: 'string' },
    table: { type: 'boolean', default: false },
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
    const all = await scenarios(programs, dynamodb, FOLDER, values.moto !== undefined);
    const chosen = all.filter(({ name }) => name.includes(values.only ?? ''));
    return await judge(await play(await casesOf(chosen, endpoint), endpoint));
  } finally {
    endpoint.close();
    dynamodb.destroy();
    await stack.stop();
    kms.stop();
  }
};

/** What each scenario sends when nothing fails, and with that its cases. */
const casesOf = async (chosen: readonly Scenario[], endpoint: FaultyEndpoint): Promise<Case[]> => {
  const sent = new Set<string>();
  const wrong: string[] = [];
  const cases = await inParallel([...chosen.entries()], 4, async ([index, scenario]) => {
    const id = `golden-${index}`;
    const outcome = await inTime(scenario.run(endpoint.of(id), id));
    if (outcome !== scenario.undisturbed)
      wrong.push(`${scenario.name}: ${outcome} without a fault, and not ${scenario.undisturbed}`);
    const requests = [...endpoint.seen(id).values()];
    for (const { operation } of requests) sent.add(operation);
    return requests.flatMap((request) =>
      faultsOf(request.service, request.operation).flatMap((fault) =>
        [false, true].map((lasting): Case => ({ scenario, request, fault, lasting })),
      ),
    );
  });
  if (values.only === undefined) {
    const unsent = unsentCommands(ROOT, sent);
    if (unsent.length > 0) wrong.push(`no scenario sends ${unsent.join(', ')}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  // The long waits first, so that the rest is done beside them.
  return cases.flat().sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
};

const isLong = ({ fault, lasting }: Case): boolean => lasting && fault.kind === 'silence';

const play = (cases: readonly Case[], endpoint: FaultyEndpoint): Promise<Ended[]> =>
  inParallel([...cases.entries()], CONCURRENCY, async ([index, each]) => {
    const id = `case-${index}`;
    const times = each.lasting ? Number.POSITIVE_INFINITY : 1;
    endpoint.plan(id, requestName(each.request), each.fault, times);
    const outcome = await inTime(each.scenario.run(endpoint.of(id), id));
    return { ...each, outcome, met: endpoint.wasInjected(id) };
  });

const judge = (ended: readonly Ended[]): number => {
  const lines = ended.map((each) => {
    const { scenario, request, fault, lasting, outcome, met } = each;
    const expected = expectedOutcome(each);
    const isExpected = met && expected.includes(outcome);
    const what = `${scenario.name}: ${requestName(request)}, ${fault.name} ${lasting ? 'for good' : 'once'}`;
    return { isExpected, what, outcome: met ? outcome : `${outcome} (never met)`, expected };
  });
  writeFileSync(
    join(FOLDER, 'outcomes.tsv'),
    lines.map(({ what, outcome, expected }) => `${what}\t${outcome}\t${expected.join(' | ')}`).sort().join('\n'),
  );
  const unexpected = lines.filter(({ isExpected }) => !isExpected);
  for (const { what, outcome, expected } of unexpected)
    print(`unexpected  ${what}: ${outcome}; stated: ${expected.join(' or ')}`);
  print(`fault_cases=${lines.length} unexpected=${unexpected.length}`);
  return unexpected.length === 0 && lines.length > 0 ? 0 : 1;
};

/** No way through the code may take longer, whatever AWS does; what is thrown is an outcome, too. */
const LONGEST_MS = 150_000;

const inTime = async (outcome: Promise<string>): Promise<string> => {
  const timer = new AbortController();
  const late = delay(LONGEST_MS, 'no end', { signal: timer.signal }).catch(() => '');
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

process.exitCode = await main();
