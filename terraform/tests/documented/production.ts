import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedStack, type GivenUpBatch, startEmbeddedStack } from '@notify/embedded';
import { type Fault, startFaultProxy } from '@notify/toolchain';

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
  const gate = await startFaultProxy();
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
    gate.target = stack.dynamodb.endpoint;
    return {
      stack,
      printed,
      givenUp,
      permit: (permitted) => gate.set(permitted ? undefined : denied),
      stop: async () => {
        await stack.stop();
        await gate.close();
      },
    };
  } catch (error) {
    await gate.close();
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

/** What DynamoDB says to a function whose role may do nothing. */
const denied: Fault = (outgoing) =>
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(
    JSON.stringify({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: 'The role is not authorized.',
    }),
  );
