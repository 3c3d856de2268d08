/**
 * Tries the engine's promise on as many random histories as one likes: `pnpm prove [--runs n] [--seed s]`, and with `--path p`
 * the one that failed. Ends with code 1 when a history diverges.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, startDynamoDBLocal } from '@notify/dynamodb-local';
import { Divergence, proveConvergence, replayDivergence } from './convergence.ts';
import { ProofProgress, readProofArguments } from './proof-arguments.ts';

const { runs, seed, path } = readProofArguments();
const say = (line: string) => process.stdout.write(`${line}\n`);

const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
const createClient = () => new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts: 1 });
const progress = new ProofProgress(runs, 'histories');

say(`seed=${seed}`);
let divergences = 0;
try {
  if (path) await replayDivergence({ createClient }, { seed, path });
  else await proveConvergence({ createClient, runs, seed, onRun: () => progress.advance() });
} catch (error) {
  if (!(error instanceof Divergence)) throw error;
  divergences = 1;
  process.exitCode = 1;
  say(`\n${error.message}\n\nTo see it again: pnpm prove --seed ${error.seed} --path ${error.path}\n`);
} finally {
  await dynamodb.stop();
}
say(`histories=${path ? 1 : progress.done} divergences=${divergences} seed=${seed}`);
