import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type EmbeddedStack, type GivenUpBatch, startEmbeddedStack } from '@notify/embedded';
import { passOn } from '@notify/toolchain';

/** The system on this machine under the names that production has: its tables, and the functions that streams drive. */
export interface Production {
  readonly stack: EmbeddedStack;
  /** What each piece has printed so far, line by line; a function by its name. */
  readonly printed: ReadonlyMap<string, readonly string[]>;
  /** What its streams have given up: each batch at its first failure. */
  readonly givenUp: readonly GivenUpBatch[];
  /** Takes the functions' permissions to the tables away, or gives them back. */
  permit(permitted: boolean): void;
  stop(): Promise<void>;
}

export const startProduction = async (root: string, folder: string, prefix: string): Promise<Production> => {
  rename(root, folder, prefix);
  const printed = new Map<string, string[]>();
  const givenUp: GivenUpBatch[] = [];
  const gate = await openGate();
  try {
    const stack = await startEmbeddedStack({
      root: folder,
      awsPort: 0,
      servicePort: 0,
      logLevel: 'INFO',
      functionEnvironment: { AWS_ENDPOINT_URL: gate.url },
      givingUp: { keep: (batch) => void givenUp.push(batch), maximumRetryAttempts: 0 },
      log: (source, line) => printed.set(source, [...(printed.get(source) ?? []), line]),
    });
    gate.leadTo(stack.dynamodb.endpoint);
    return {
      stack,
      printed,
      givenUp,
      permit: gate.permit,
      stop: async () => {
        await stack.stop();
        gate.close();
      },
    };
  } catch (error) {
    gate.close();
    throw error;
  }
};

type Functions = Readonly<
  Record<
    string,
    { tables: Readonly<Record<string, string>>; event_source: { readonly table: string } | null } & object
  >
>;

const rename = (root: string, folder: string, prefix: string): void => {
  rmSync(folder, { recursive: true, force: true });
  const read = <T>(file: string) => JSON.parse(readFileSync(join(root, 'terraform', file), 'utf8')) as T;
  const write = (file: string, value: object) =>
    writeFileSync(join(folder, 'terraform', file), JSON.stringify(value));
  cpSync(join(root, 'terraform/api'), join(folder, 'terraform/api'), { recursive: true });
  mkdirSync(join(folder, 'packages'));
  const link = (name: string, as = name) =>
    symlinkSync(join(root, 'packages', name), join(folder, 'packages', as), 'dir');
  link('query-service');
  write(
    'tables.json',
    Object.fromEntries(
      Object.entries(read<Record<string, object>>('tables.json')).map(([name, table]) => [
        prefix + name,
        table,
      ]),
    ),
  );
  write(
    'functions.json',
    Object.fromEntries(
      Object.entries(read<Functions>('functions.json')).map(
        ([name, { tables, event_source: source, ...rest }]) => {
          // The APIs and the service know the functions that they ask by their plain names.
          const renamed = source ? prefix + name : name;
          link(name, renamed);
          const own = Object.fromEntries(
            Object.entries(tables).map(([variable, table]) => [variable, prefix + table]),
          );
          return [
            renamed,
            { ...rest, tables: own, event_source: source && { ...source, table: prefix + source.table } },
          ];
        },
      ),
    ),
  );
};

/** Stands before DynamoDB, and denies everything for as long as nothing is permitted. */
const openGate = async () => {
  let permitted = true;
  let target = '';
  const denial = JSON.stringify({
    __type: 'com.amazon.coral.service#AccessDeniedException',
    message: 'The role is not authorized.',
  });
  const server = createServer(async (incoming, answer) => {
    try {
      const body = await buffer(incoming);
      const json = { 'content-type': 'application/x-amz-json-1.0' };
      if (!permitted) return void answer.writeHead(400, json).end(denial);
      const passed = await passOn(incoming, new URL(incoming.url ?? '/', target), body);
      answer.writeHead(passed.status, passed.headers).end(passed.body);
    } catch {
      answer.destroy();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url: string) => {
      target = url;
    },
    permit: (value: boolean) => {
      permitted = value;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
