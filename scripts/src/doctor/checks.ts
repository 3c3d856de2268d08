import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DeleteItemCommand, DescribeTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createNotifyClient } from '@notify/client';
import { toItem } from '@notify/dynamodb';
import { keyItem, keyText } from '@notify/read-model';
import { streamState } from '../lag/streams.ts';
import { getRecords } from '../records/get-records.ts';
import { readPlacement } from '../records/read-model.ts';
import type { Session } from '../session/session.ts';
import { signerOf } from '../session/sign.ts';

export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What was found. */
  readonly detail: string;
  /** What to do, when it failed. */
  readonly remedy?: string;
}

export interface Check {
  readonly name: string;
  readonly remedy: string;
  /** Gives what was found; throws when it is not as it should be. */
  run(): Promise<string>;
}

/** Runs checks one after the other; none is kept from running by another one's failure. */
export const examine = async (checks: readonly Check[]): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, remedy, run } of checks) {
    try {
      findings.push({ check: name, status: 'ok', detail: await run() });
    } catch (error) {
      const { name: kind, message } = error as Error;
      findings.push({ check: name, status: 'failed', detail: message || kind, remedy });
    }
  }
  return findings;
};

const unless = (isRight: boolean, detail: string): void => {
  if (!isRight) throw new Error(detail);
};

/** The machine itself, for whoever wants to run the embedded stack. */
export const machineChecks = (): Check[] => [
  {
    name: 'Node.js',
    remedy: 'Install Node.js 20 or newer.',
    run: async () => {
      unless(
        Number(process.versions.node.split('.')[0]) >= 20,
        `Node.js ${process.versions.node} is too old`,
      );
      return process.versions.node;
    },
  },
  {
    name: 'Java',
    remedy:
      'Install Java 17 or newer (any JRE) and put `java` on PATH, or set JAVA_HOME; DynamoDB Local needs it.',
    run: async () => {
      const home = process.env['JAVA_HOME'];
      const { stderr } = await promisify(execFile)(home ? join(home, 'bin', 'java') : 'java', ['-version']);
      const version = /version "(?<major>\d+)/.exec(stderr)?.groups?.['major'];
      unless(Number(version) >= 17, `Java ${version ?? 'of unknown version'}`);
      return `Java ${version}`;
    },
  },
];

/** Whether the embedded stack could start. */
export const portChecks = (): Check[] =>
  [4566, 8000].map((port) => ({
    name: `Port ${port}`,
    remedy: 'Stop what listens there, or start the stack with --port and --service-port.',
    run: async () => {
      await bind(port);
      return 'free';
    },
  }));

const bind = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => reject(new Error('taken')));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });

/** The system at the target, from the tables to the answer. */
export const systemChecks = (session: Session): Check[] => {
  const { dynamodb, tables, target } = session;
  const active = async () => (await readPlacement(session)).active;
  const tableCheck = (what: string, name: () => Promise<string>): Check => ({
    name: `Table of ${what}`,
    remedy: 'Apply Terraform, or start the stack; or name the table by its option (see --help).',
    run: async () => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: await name() }));
      unless(Table?.TableStatus === 'ACTIVE', `${Table?.TableName} is ${Table?.TableStatus}`);
      return `${Table?.TableName}, ${Table?.ItemCount} items`;
    },
  });
  return [
    tableCheck('commands', async () => tables.commands),
    tableCheck('read models', async () => tables.readModels),
    tableCheck('notifications', active),
    tableCheck('quarantine', async () => tables.quarantine),
    {
      name: 'Stream',
      remedy: 'Enable the stream of the command table with NEW_AND_OLD_IMAGES: apply Terraform.',
      run: async () => {
        const { view } = await streamState(session);
        unless(view === 'NEW_AND_OLD_IMAGES', `The stream is ${view ?? 'off'}`);
        return String(view);
      },
    },
    {
      name: 'Event source mapping',
      remedy:
        'Enable the mapping of the stream to stream-processor-lambda: apply Terraform, then see its log.',
      run: async () => {
        const { mappings } = await streamState(session);
        unless(mappings.length > 0, 'No function reads the stream');
        const found = mappings.map(({ function: name, state }) => `${name} ${state}`).join(', ');
        unless(
          mappings.every(({ state }) => state === 'Enabled'),
          found,
        );
        return found;
      },
    },
    {
      name: 'Query service',
      remedy: 'See its log and that of query-result-lambda; `GET /health/ready` names what does not answer.',
      run: async () => {
        unless(target.apiUrl !== undefined, 'The base URL of the query API is not known (--api-url)');
        const ready = new Request(`${target.apiUrl}/health/ready`);
        const response = await fetch(await signerOf(target)(ready), {
          signal: AbortSignal.timeout(10_000),
        });
        const text = await response.text();
        unless(response.status === 200, `${response.status} ${text.slice(0, 200)}`);
        return text;
      },
    },
  ];
};

const PROBE_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** A command on its whole way: written, projected, asked for, removed, gone. */
export const endToEndCheck = (session: Session): Check => ({
  name: 'End to end',
  remedy: 'See which step is missing; `notify lag` and the log of stream-processor-lambda tell more.',
  run: async () => {
    const { dynamodb, tables, target } = session;
    const key = { transaction_id: `doctor-${randomUUID()}`, created_at: String(Date.now()) };
    const command = toItem({
      user_id: 'doctor',
      notification_title: 'Probe',
      status: 'SENT',
      platform: 'WEBPUSH',
      ap_id: 'notify-doctor',
    });
    const { active } = await readPlacement(session);
    const row = async () => (await getRecords(dynamodb, active, [key])).get(keyText(key));
    const writtenAt = performance.now();
    await dynamodb.send(
      new PutItemCommand({ TableName: tables.commands, Item: { ...keyItem(key), ...command } }),
    );
    try {
      await eventually('The row did not come', async () => (await row()) !== undefined);
      const projectedMs = Math.round(performance.now() - writtenAt);
      if (target.apiUrl !== undefined) {
        const client = createNotifyClient({ baseUrl: target.apiUrl, sign: signerOf(target) });
        const query = { query_type: 'transaction', transaction_id: key.transaction_id } as const;
        await eventually(
          'The API did not answer with the row',
          async () => (await client.read(query)).items.length === 1,
        );
      }
      return `written, projected after ${projectedMs} ms${target.apiUrl ? ', answered' : ''}, removed`;
    } finally {
      await dynamodb.send(new DeleteItemCommand({ TableName: tables.commands, Key: keyItem(key) }));
      await eventually('The row did not go', async () => (await row())?.['user_id'] === undefined);
    }
  },
});

const eventually = async (otherwise: string, isTrue: () => Promise<boolean>): Promise<void> => {
  const endsAt = Date.now() + PROBE_TIMEOUT_MS;
  while (!(await isTrue())) {
    unless(Date.now() < endsAt, `${otherwise} within 30 s`);
    await delay(POLL_MS);
  }
};
