import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, toItem } from '@notify/dynamodb';
import type { NotificationRow } from '@notify/shared-domain';
import autocannon from 'autocannon';
import type { BenchOptions } from '../bench-options.ts';
import { benchRow } from '../bench-row.ts';
import { median } from '../measurement.ts';
import { writeItems } from '../query/write-items.ts';

const TRANSACTION = 'tx-bench';
const ROWS = 10;
const CONNECTIONS = 50;
const SECONDS = 4;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Requests a second of `GET /tx` through the local gateway, with ten rows in each answer. With an older checkout (`--before <folder>`,
 * installed and built) both stacks run, each in a process of its own, and take turns.
 */
export const run = async ({ rounds, before }: BenchOptions): Promise<void> => {
  const folders = { now: ROOT, ...(before === undefined ? {} : { before: resolve(before) }) };
  const stacks: Stack[] = [];
  try {
    for (const [name, folder] of Object.entries(folders)) stacks.push(await openStack(name, folder));
    for (let round = 0; round <= rounds; round++) {
      for (let turn = 0; turn < stacks.length; turn++) {
        const { url, perSecond } = stacks[(turn + round) % stacks.length] as Stack;
        const rate = await load(url);
        // The first round warms up the compilers, and starts the environments of the functions.
        if (round > 0) perSecond.push(rate);
      }
    }
    for (const { name, perSecond } of stacks) {
      const spread = `${Math.min(...perSecond).toFixed(0)} to ${Math.max(...perSecond).toFixed(0)}`;
      console.log(`${name.padEnd(8)}${median(perSecond).toFixed(0).padStart(6)} requests/s   (${spread})`);
    }
    const [current, older] = stacks.map(({ perSecond }) => median(perSecond));
    console.log(`gateway_requests_per_s=${current?.toFixed(0)}`);
    if (current !== undefined && older !== undefined)
      console.log(`gateway_throughput_vs_before=${(current / older).toFixed(2)}`);
    else console.log('With --before <folder of an older checkout> it tells the ratio to that.');
  } finally {
    for (const { child } of stacks) {
      child.disconnect();
      await once(child, 'exit');
    }
  }
};

interface Stack {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
  readonly perSecond: number[];
}

const openStack = async (name: string, folder: string): Promise<Stack> => {
  const child = fork(fileURLToPath(new URL('stack.ts', import.meta.url)), [folder], { cwd: folder });
  const [said] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the stack of ${folder} ended: ${code}`))),
  ]);
  const { awsUrl, apiUrl } = said as { awsUrl: string; apiUrl: string };
  const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: awsUrl });
  const commands = Array.from({ length: ROWS }, (_, number) => commandOf(benchRow(TRANSACTION, number)));
  await writeItems(dynamodb, 'command-records', commands.map(toItem));
  dynamodb.destroy();
  const url = `${apiUrl}/tx?transaction_id=${TRANSACTION}`;
  while ((await rowsAt(url)) !== ROWS) await delay(100);
  return { name, url, child, perSecond: [] };
};

/** The command that a row is made from. */
const commandOf = ({
  token,
  send_ts,
  failed_bucket,
  failed_transaction,
  marketing_bucket,
  ...command
}: NotificationRow) => ({
  ...command,
  device_token: token,
});

const rowsAt = async (url: string): Promise<number> => {
  const response = await fetch(url);
  return ((await response.json()) as { total_count?: number }).total_count ?? 0;
};

const load = async (url: string): Promise<number> => {
  const { requests, duration, non2xx, errors } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
  });
  if (non2xx + errors > 0)
    throw new Error(`${non2xx + errors} of ${requests.total} requests failed at ${url}`);
  return requests.total / duration;
};
