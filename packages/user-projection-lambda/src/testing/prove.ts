import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, LOCAL_AWS, loadTables, startDynamoDBLocal } from '@notify/dynamodb-local';
import { proveUsers } from './prove-users.ts';
import { userTables } from './user-stage.ts';

// `node src/testing/prove.ts --runs 5000 --seed 7`: the property of the users on a DynamoDB Local of its own.
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string', default: '7' } },
});
const say = (text: string) => process.stdout.write(text);

const dynamodb = await startDynamoDBLocal();
try {
  const createClient = (maxAttempts: number) =>
    new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamodb.endpoint, maxAttempts, retryMode: 'standard' });
  const client = createClient(3);
  const tables = loadTables();
  const names = await userTables(async (name) => {
    await createTables(
      client,
      Object.fromEntries(Object.entries(tables).filter(([table]) => table === name)),
    );
    return name;
  });
  const startedAt = performance.now();
  let runs = 0;
  let stored = 0;
  let refusals = 0;
  await proveUsers({
    createClient,
    names,
    runs: Number(values.runs),
    seed: Number(values.seed),
    onRun: (accepted, refused) => {
      stored += accepted;
      refusals += refused;
      if (++runs % 250 === 0) say(`${runs} sequences\n`);
    },
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say(
    `${runs} sequences of commands hold: ${stored} accepted, ${refusals} refused or erasures, in ${seconds} s\n`,
  );
} finally {
  await dynamodb.stop();
}
