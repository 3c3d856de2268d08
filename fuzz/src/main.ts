import { availableParallelism } from 'node:os';
import { buildPackages } from '@notify/toolchain';
import { Command, InvalidArgumentError } from 'commander';
import { CANARY } from './corpus.ts';
import { fuzzProperties } from './fuzz-properties.ts';
import { fuzzInvocations } from './invocations.ts';
import { privateTextIn } from './leaks.ts';
import { fuzzRawHttp, fuzzRequests } from './requests.ts';
import { fuzzBySchemathesis, installSchemathesis } from './schemathesis.ts';
import { poisonStream, startStage } from './stage.ts';
import { Tally } from './tally.ts';

const count = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
};

const program = new Command('fuzz')
  .description('Hostile requests, events and records against a stack of its own, on free ports.')
  .option('--requests <n>', 'how many requests at least', count, 20_000)
  .option('--seed <s>', 'makes the same requests again; a new one each time without it', count)
  .option('--case <n>', 'sends only this one of the requests of the seed', count);

/** Schemathesis takes ten times as long for each, and as many more as each operation's boundary values are. */
const SHARE_OF_SCHEMATHESIS = 0.05;
const SHARE_OF_INVOCATIONS = 0.1;
const SHARE_BESIDE_SCHEMATHESIS = 0.5;
const RUNS_OF_A_PROPERTY = 1_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const fuzz = async (requests: number, seed: number, only: number | undefined): Promise<boolean> => {
  const began = performance.now();
  const tally = new Tally(say);
  await buildPackages(say);
  say(`seed ${seed}, ${availableParallelism()} cores`);
  if (only !== undefined) {
    const stage = await startStage();
    await fuzzRequests(stage, tally, { seed, count: 0, only }).finally(() => stage.stack.stop());
    say(tally.summary);
    return tally.isClean;
  }
  const bin = await installSchemathesis(say);
  const stage = await startStage();
  let isWhole = true;
  stage.stack.died.then((error) => {
    isWhole = false;
    tally.add([['server_errors', error.message]], 'the stack', stage.lines.slice(-20));
  });
  try {
    const bySchemathesis = Math.ceil(requests * SHARE_OF_SCHEMATHESIS);
    const byInvocation = Math.ceil(requests * SHARE_OF_INVOCATIONS);
    await Promise.all([
      fuzzBySchemathesis(bin, stage, tally, say, { seed, count: bySchemathesis }),
      fuzzRequests(stage, tally, { seed, count: Math.ceil(requests * SHARE_BESIDE_SCHEMATHESIS) })
        .then(() => fuzzRawHttp(stage, tally))
        .then(() => fuzzInvocations(stage, tally, { seed, count: byInvocation })),
    ]);
    // How many schemathesis finds worth asking is its own decision.
    if (tally.requests < requests)
      await fuzzRequests(stage, tally, { seed: seed + requests, count: requests - tally.requests });
    if (isWhole && !(await poisonStream(stage, seed)))
      tally.add(
        [['server_errors', 'a good command behind the malformed ones has not become a row']],
        'the stream',
        [`pnpm fuzz --seed ${seed}`],
      );
    for (const { secret, line } of privateTextIn(stage.lines, [CANARY]))
      tally.add([['leaks', `a log line holds ${secret}: ${line}`]], 'the logs', [`pnpm fuzz --seed ${seed}`]);
  } finally {
    stage.dynamodb.destroy();
    await stage.stack.stop();
  }
  say('');
  const broken = await fuzzProperties(say, { seed, runs: RUNS_OF_A_PROPERTY });
  say(
    `\nlog lines=${stage.lines.length} properties broken=${broken} in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  say(tally.summary);
  if (tally.requests < requests) say(`Fewer requests than ${requests} were sent.`);
  return tally.isClean && broken === 0 && tally.requests >= requests;
};

const {
  requests,
  seed = Math.floor(Math.random() * 1e9),
  case: only,
} = program.parse().opts<{ requests: number; seed?: number; case?: number }>();
process.exit((await fuzz(requests, seed, only)) ? 0 : 1);
