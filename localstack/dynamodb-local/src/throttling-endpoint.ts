import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Tables } from '@notify/dynamodb';
import { type PassedOn, passOn } from '@notify/toolchain';

/** Write units a second; what is absent is without bound. */
export interface WriteLimits {
  /** Of a table or of one of its indexes as a whole, each by itself. */
  readonly table?: number;
  /** Of all items of a partition key, in a table or in one of its indexes. */
  readonly partition?: number;
}

export interface ThrottlingEndpoint {
  readonly url: string;
  /** Passes on to this endpoint from now on. */
  forwardTo(target: string): void;
  /** The limits of a table from now on; `{}` lifts them. */
  limit(table: string, limits: WriteLimits): void;
  /** How many writes have been refused so far. */
  readonly refused: number;
  close(): void;
}

/** A write as far as it is counted. */
interface Write {
  readonly table: string;
  /** The values of the attributes that it sets, and of its key. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly bytes: number;
}

const THROTTLED = 'ProvisionedThroughputExceeded';
/** A write takes a unit for each of these that it has begun. */
const UNIT_BYTES = 1024;
/** What is not used is kept for so long, as DynamoDB keeps it for a burst. DynamoDB's is longer; a test wants to see the limit. */
const BURST_S = 1;

/**
 * Stands before DynamoDB Local and refuses writes beyond a rate, as DynamoDB does: by table, by index and by partition key of either. An
 * index that cannot keep up refuses the write of its table. Parts of a batch are refused by themselves; a transaction as a whole.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing.html
 */
export const throttlingEndpoint = async (tables: Tables, initialTarget = ''): Promise<ThrottlingEndpoint> => {
  const meter = new Meter(tables);
  let target = initialTarget;
  let refused = 0;
  const admit = (write: Write): boolean => {
    const admitted = meter.admit(write);
    if (!admitted) refused += 1;
    return admitted;
  };
  const server = createServer((incoming, answer) => {
    serve(incoming, answer, target, admit).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo: (url) => {
      target = url;
    },
    limit: (table, limits) => meter.limit(table, limits),
    get refused() {
      return refused;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Buckets of write units that fill with time. */
class Meter {
  readonly #limits = new Map<string, WriteLimits>();
  readonly #buckets = new Map<string, { units: number; at: number }>();
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  limit(table: string, limits: WriteLimits): void {
    this.#limits.set(table, limits);
    this.#buckets.clear();
  }

  /** Takes the units of a write from each bucket that it draws on, or from none when one of them is empty. */
  admit(write: Write): boolean {
    const limits = this.#limits.get(write.table);
    if (!limits) return true;
    const units = Math.max(1, Math.ceil(write.bytes / UNIT_BYTES));
    const buckets = this.#drawnOn(write, limits);
    // As DynamoDB does, it lets a write through that needs more than is left, and then makes the next ones wait for it.
    if (buckets.some((bucket) => bucket.units <= 0)) return false;
    for (const bucket of buckets) bucket.units -= units;
    return true;
  }

  #drawnOn({ table, values }: Write, { table: whole, partition }: WriteLimits) {
    const definition = this.#tables[table];
    const keys = [
      { name: table, attribute: definition?.partition_key.name },
      ...(definition?.indexes ?? []).map((index) => ({
        name: `${table}/${index.name}`,
        attribute: index.partition_key.name,
      })),
    ];
    return keys.flatMap(({ name, attribute }) => {
      const value = attribute === undefined ? undefined : values[attribute];
      // A row without the index's key is not in it.
      if (value === undefined) return [];
      return [
        ...(whole === undefined ? [] : [this.#bucket(name, whole)]),
        ...(partition === undefined ? [] : [this.#bucket(`${name}/${JSON.stringify(value)}`, partition)]),
      ];
    });
  }

  #bucket(name: string, rate: number) {
    const now = performance.now() / 1000;
    const bucket = this.#buckets.get(name) ?? { units: rate * BURST_S, at: now };
    bucket.units = Math.min(rate * BURST_S, bucket.units + (now - bucket.at) * rate);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

type Admit = (write: Write) => boolean;
type Values = Readonly<Record<string, unknown>>;

interface Statement {
  readonly Statement: string;
  readonly Parameters?: readonly unknown[];
}
interface TableWrite {
  readonly TableName: string;
  readonly Item?: Values;
  readonly Key?: Values;
}
interface WriteRequest {
  readonly PutRequest?: { readonly Item: Values };
  readonly DeleteRequest?: { readonly Key: Values };
}

const serve = async (
  incoming: IncomingMessage,
  answer: ServerResponse,
  target: string,
  admit: Admit,
): Promise<void> => {
  const body = await buffer(incoming);
  const operation = String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  const pass = (sent: Buffer | string) =>
    passOn(incoming, new URL(incoming.url ?? '/', target), Buffer.from(sent));
  const refuse = (name: string, more: object = {}) =>
    send(answer, 400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'Throttled.', ...more });

  if (/^(Put|Update|Delete)Item$/.test(operation)) {
    const { TableName: table, Item, Key } = JSON.parse(body.toString()) as TableWrite;
    if (!admit({ table, values: Item ?? Key ?? {}, bytes: body.length }))
      return refuse(`${THROTTLED}Exception`);
  } else if (operation === 'TransactWriteItems') {
    const { TransactItems } = JSON.parse(body.toString()) as {
      TransactItems: readonly Readonly<Record<string, TableWrite>>[];
    };
    const reasons = TransactItems.flatMap((item) => Object.values(item)).map((write) =>
      admit({
        table: write.TableName,
        values: write.Item ?? write.Key ?? {},
        // A transaction writes each item twice.
        bytes: 2 * JSON.stringify(write).length,
      })
        ? { Code: 'None' }
        : { Code: THROTTLED },
    );
    if (reasons.some(({ Code: code }) => code === THROTTLED))
      return refuse('TransactionCanceledException', { CancellationReasons: reasons });
  } else if (operation === 'BatchExecuteStatement') {
    return answerStatements(JSON.parse(body.toString()), answer, admit, pass);
  } else if (operation === 'BatchWriteItem') {
    return answerBatchWrite(JSON.parse(body.toString()), answer, admit, pass);
  }
  const passed = await pass(body);
  answer.writeHead(passed.status, passed.headers).end(passed.body);
};

const send = (answer: ServerResponse, status: number, body: object): void => {
  answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
};

/** `'name':?`, `"name"=?`: which parameter is which attribute, in the order of the question marks. */
const NAMED = /['"](\w+)['"]\s*[:=<>]*\s*\?/g;

const writeOf = ({ Statement: statement, Parameters: parameters = [] }: Statement): Write | undefined => {
  const table = /^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"([^"]+)"/i.exec(statement)?.[1];
  if (table === undefined) return undefined;
  const names = [...statement.matchAll(NAMED)].map(([, name = '']) => name);
  const values = Object.fromEntries(names.map((name, index) => [name, parameters[index]]));
  return { table, values, bytes: JSON.stringify(parameters).length };
};

const answerStatements = async (
  request: { readonly Statements: readonly Statement[] },
  answer: ServerResponse,
  admit: Admit,
  pass: (text: string) => Promise<PassedOn>,
): Promise<void> => {
  const admitted = request.Statements.map((statement) => {
    const write = writeOf(statement);
    return write === undefined || admit(write);
  });
  const through = request.Statements.filter((_, index) => admitted[index]);
  const { status, headers, body } =
    through.length > 0
      ? await pass(JSON.stringify({ ...request, Statements: through }))
      : { status: 200, headers: {}, body: Buffer.from('{"Responses":[]}') };
  if (status !== 200) return void answer.writeHead(status, headers).end(body);
  const { Responses: responses } = JSON.parse(body.toString()) as { Responses: readonly unknown[] };
  const answered = responses.values();
  send(answer, 200, {
    Responses: admitted.map((isAdmitted) =>
      isAdmitted ? answered.next().value : { Error: { Code: THROTTLED, Message: 'Throttled.' } },
    ),
  });
};

type RequestItems = Record<string, readonly WriteRequest[]>;

const add = (items: RequestItems, table: string, writes: readonly WriteRequest[]): void => {
  items[table] = [...(items[table] ?? []), ...writes];
};

const answerBatchWrite = async (
  request: { readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>> },
  answer: ServerResponse,
  admit: Admit,
  pass: (text: string) => Promise<PassedOn>,
): Promise<void> => {
  const through: RequestItems = {};
  const unprocessed: RequestItems = {};
  for (const [table, writes] of Object.entries(request.RequestItems)) {
    for (const write of writes) {
      const values = write.PutRequest?.Item ?? write.DeleteRequest?.Key ?? {};
      const place = admit({ table, values, bytes: JSON.stringify(values).length }) ? through : unprocessed;
      add(place, table, [write]);
    }
  }
  if (Object.keys(through).length === 0) {
    return send(answer, 400, {
      __type: `com.amazonaws.dynamodb.v20120810#${THROTTLED}Exception`,
      message: 'Throttled.',
    });
  }
  const { status, headers, body: passed } = await pass(JSON.stringify({ ...request, RequestItems: through }));
  if (status !== 200 || Object.keys(unprocessed).length === 0)
    return void answer.writeHead(status, headers).end(passed);
  const body = JSON.parse(passed.toString()) as {
    UnprocessedItems?: Readonly<Record<string, readonly WriteRequest[]>>;
  };
  for (const [table, writes] of Object.entries(body.UnprocessedItems ?? {})) add(unprocessed, table, writes);
  send(answer, 200, { ...body, UnprocessedItems: unprocessed });
};
