/**
 * Tries the promise of paging on as many queries as one likes: `pnpm --filter @notify/query-result-lambda prove [--runs n] [--seed s]`. Ends with code 1 when one
 * does not hold.
 */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadTables } from '@notify/dynamodb';
import { createTables, LOCAL_AWS, startDynamoDBLocal } from '@notify/dynamodb-local';
import { ProofProgress, readProofArguments } from '@notify/stream-projection/testing';
import { provePaging } from './prove-paging.ts';

const { runs, seed } = readProofArguments();
const say = (line: string) => process.stdout.write(`${line}\n`);

const local = await startDynamoDBLocal({ heapMb: 512 });
const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: local.endpoint });
const { 'notification-records': shape } = loadTables();
if (!shape) throw new RangeError('terraform/tables.json has no notification-records.');
const createTable = async () => {
  const name = `notification-records-${randomUUID()}`;
  await createTables(dynamodb, { [name]: shape });
  return name;
};
const progress = new ProofProgress(runs, 'queries');

say(`seed=${seed}`);
let failures = 0;
try {
  await provePaging({ dynamodb, createTable, cases: runs, seed, onCase: () => progress.advance() });
} catch (error) {
  failures = 1;
  process.exitCode = 1;
  const { message, cause } = error as Error;
  say(
    `\n${message}\n\n${cause ?? ''}\n\nTo see it again: pnpm --filter @notify/query-result-lambda prove --seed ${seed} --runs ${runs}\n`,
  );
} finally {
  await local.stop();
}
say(`queries=${progress.done} failures=${failures} seed=${seed} seconds=${progress.seconds}`);
