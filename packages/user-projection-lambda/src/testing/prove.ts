/**
 * Tries the promise of the users on as many sequences of commands as one likes: `pnpm prove:users [--runs n] [--seed s]`, and with
 * `--path p` the one that failed. Ends with code 1 when one does not hold.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, LOCAL_AWS, loadTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { proveUsers } from './prove-users.ts';
import { userTables } from './user-stage.ts';

const { values } = parseArgs({
  // pnpm hands a `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const runs = values.path === undefined ? Number(values.runs) : 1;
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(Number.isSafeInteger(runs) && runs > 0 && Number.isSafeInteger(seed))) {
  throw new RangeError('--runs and --seed are whole numbers.');
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const PROGRESS_LINES = 20;

const dynamodb = await startDynamoDBLocal({ heapMb: 512 });
const createClient = (maxAttempts: number) =>
  new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts, retryMode: 'standard' });
const start = performance.now();
const seconds = () => Math.round((performance.now() - start) / 1_000);
const sums = { sequences: 0, accepted: 0, refused: 0, erased: 0, unanswered: 0 };

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
    runs,
    seed,
    ...(values.path !== undefined && { path: values.path, parallel: 1 }),
    onRun: ({ accepted, refused, erased, unanswered }) => {
      sums.sequences++;
      sums.accepted += accepted.length;
      sums.refused += refused;
      sums.erased += erased;
      sums.unanswered += unanswered.length;
      if (sums.sequences % Math.ceil(runs / PROGRESS_LINES) !== 0 || sums.sequences >= runs) return;
      say(`${sums.sequences} of ${runs} sequences, ${seconds()} s`);
    },
  });
} catch (error) {
  failures = 1;
  process.exitCode = 1;
  const { message, cause } = error as Error;
  say(`\n${message}\n\n${cause ?? ''}\n\nTo see it again: pnpm prove:users --seed and --path as above\n`);
} finally {
  await dynamodb.stop();
}
const figures = Object.entries({ ...sums, failures, seed, seconds: seconds() });
say(figures.map(([name, value]) => `${name}=${value}`).join(' '));
