/**
 * Tries the promise of the users on as many sequences of commands as one likes: `pnpm --filter @notify/users prove [--runs n] [--seed s]`, and with
 * `--path p` the one that failed. Ends with code 1 when one does not hold.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables } from '@notify/dynamodb';
import { createTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { ProofProgress, readProofArguments } from '@notify/stream-projection/testing';
import { userTables } from '../src/testing/user-fixture.ts';
import { proveUsers } from './prove-users.ts';

const { runs, seed, path } = readProofArguments();
const say = (line: string) => process.stdout.write(`${line}\n`);

const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
const createClient = (maxAttempts: number) =>
  new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts, retryMode: 'standard' });
const progress = new ProofProgress(runs, 'sequences');
const sums = { accepted: 0, refused: 0, erased: 0, unanswered: 0 };

say(`seed=${seed}`);
let failures = 0;
try {
  const client = createClient(3);
  const tables = loadTables();
  const names = await userTables(async (name) => {
    await createTables(
      client,
      Object.fromEntries(Object.entries(tables).filter(([table]) => table === name)),
    );
    return name;
  });
  await proveUsers({
    createClient,
    names,
    seed,
    ...(path === undefined ? { runs } : { path, runs: 1, parallel: 1 }),
    onRun: ({ accepted, refused, erased, unanswered }) => {
      sums.accepted += accepted.length;
      sums.refused += refused;
      sums.erased += erased;
      sums.unanswered += unanswered.length;
      progress.advance();
    },
  });
} catch (error) {
  failures = 1;
  process.exitCode = 1;
  const { message, cause } = error as Error;
  say(
    `\n${message}\n\n${cause ?? ''}\n\nTo see it again: pnpm --filter @notify/users prove --seed and --path as above\n`,
  );
} finally {
  await dynamodb.stop();
}
const figures = Object.entries({
  sequences: progress.done,
  ...sums,
  failures,
  seed,
  seconds: progress.seconds,
});
say(figures.map(([name, value]) => `${name}=${value}`).join(' '));
