/**
 * Tries the engine's promise on as many random histories as one likes: `pnpm prove [--runs n] [--seed s]`, and with `--path p`
 * the one that failed. Ends with code 1 when a history diverges.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, startDynamoDBLocal } from '@notify/dynamodb-local';
import { Divergence, proveConvergence, replayDivergence } from './convergence.ts';

const { values } = parseArgs({
  // pnpm hands a `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const runs = Number(values.runs);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(Number.isSafeInteger(runs) && runs > 0 && Number.isSafeInteger(seed))) {
  throw new RangeError('--runs and --seed are whole numbers.');
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const PROGRESS_LINES = 20;

const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
const createClient = () => new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts: 1 });
const start = performance.now();
let played = 0;
const onRun = () => {
  played++;
  if (played % Math.ceil(runs / PROGRESS_LINES) !== 0 || played >= runs) return;
  say(`${played} of ${runs} histories, ${((performance.now() - start) / 1_000).toFixed(0)} s`);
};

say(`seed=${seed}`);
let divergences = 0;
try {
  if (values.path) await replayDivergence({ createClient }, { seed, path: values.path });
  else await proveConvergence({ createClient, runs, seed, onRun });
} catch (error) {
  if (!(error instanceof Divergence)) throw error;
  divergences = 1;
  process.exitCode = 1;
  say(`\n${error.message}\n\nTo see it again: pnpm prove --seed ${error.seed} --path ${error.path}\n`);
} finally {
  await dynamodb.stop();
}
say(`histories=${values.path ? 1 : played} divergences=${divergences} seed=${seed}`);
