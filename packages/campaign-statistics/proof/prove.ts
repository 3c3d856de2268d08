/**
 * Tries the promise of the campaign statistics on as many random histories as one likes: `pnpm prove campaigns [--runs n] [--seed s]`,
 * and with `--path p` the one that failed. Ends with code 1 when a history is not counted exactly.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import { startDynamoDBLocal } from '@notify/dynamodb-local';
import { ProofProgress, readProofArguments } from '@notify/stream-projection/testing';
import { Inexactness, proveExactness } from './exactness.ts';

const { runs, seed, path } = readProofArguments();
const say = (line: string) => process.stdout.write(`${line}\n`);

const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
const createClient = () => new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts: 1 });
const progress = new ProofProgress(runs, 'histories');

say(`seed=${seed}`);
let divergences = 0;
/** Tables stay small when a hundred histories share one. */
const CHUNK = 100;
/** Chunks at a time. */
const LANES = 4;
/** Far apart, so that near seeds give other histories. */
const SEED_STEP = 0x9e3779b1;
try {
  if (path) await proveExactness({ createClient, runs: 1, seed, path });
  else {
    const chunks = Array.from({ length: Math.ceil(runs / CHUNK) }, (_, chunk) => chunk).values();
    const lane = async () => {
      for (const chunk of chunks) {
        await proveExactness({
          createClient,
          runs: Math.min(CHUNK, runs - chunk * CHUNK),
          seed: (seed + chunk * SEED_STEP) | 0,
          onRun: () => progress.advance(),
        });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
} catch (error) {
  if (!(error instanceof Inexactness)) throw error;
  divergences = 1;
  process.exitCode = 1;
  say(
    `\n${error.message}\n\nTo see it again: pnpm prove campaigns --seed ${error.seed} --path ${error.path}\n`,
  );
} finally {
  await dynamodb.stop();
}
say(`histories=${path ? 1 : progress.done} divergences=${divergences} seed=${seed}`);
