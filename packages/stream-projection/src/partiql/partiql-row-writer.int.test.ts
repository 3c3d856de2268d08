import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import {
  type BatchExecuteStatementCommandInput,
  type BatchStatementError,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Backoff } from '@notify/dynamodb';
import { testClient } from '@notify/dynamodb-local/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Columns, toRowShape } from '../projection.ts';
import type { RowChange } from '../row-writer.ts';
import { accounts, createAccountTables, toPlain } from '../testing/accounts.ts';
import { Faults } from '../testing/faults.ts';
import { PartiqlRowWriter } from './partiql-row-writer.ts';

const shape = toRowShape(accounts);
const inTime = { remainingTimeMs: () => 60_000 };
const backoff = new Backoff({ attempts: 3, sleep: async () => {} });

let dynamodb: DynamoDBClient;
let table: string;
let writer: PartiqlRowWriter;
let requests: number[];

beforeEach(async () => {
  dynamodb = testClient({ maxAttempts: 1 });
  table = (await createAccountTables(dynamodb, randomUUID())).rows;
  writer = new PartiqlRowWriter(dynamodb, table, { backoff, concurrency: 2 });
  requests = [];
  dynamodb.middlewareStack.add(
    (next) => (args) => {
      const { Statements: statements } = args.input as { Statements?: unknown[] };
      if (statements) requests.push(statements.length);
      return next(args);
    },
    { step: 'initialize', priority: 'high' },
  );
});

const version = (n: number): string => String(n).padStart(40, '0');

const aChange = (number: number, n: number, columns: Columns, created = false): RowChange => ({
  key: [{ S: 'a' }, { N: String(number) }],
  version: version(n),
  columns,
  created,
});

const write = (...changes: RowChange[]) => writer.write(shape, changes, inTime);
const statuses = async (...changes: RowChange[]) =>
  (await write(...changes)).outcomes.map(({ status }) => status);

const row = async (number: number) => {
  const Key = { account: { S: 'a' }, number: { N: String(number) } };
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
  );
  return item && toPlain(item);
};

/** From now on the answer to every statement. */
const answerWith = (error: BatchStatementError) =>
  dynamodb.middlewareStack.add(
    () => async () => ({ output: { $metadata: {}, Responses: [{ Error: error }] }, response: {} }),
    { step: 'initialize', priority: 'high' },
  );

const put = (number: number, columns: Record<string, { S: string } | { N: string }>) =>
  dynamodb.send(
    new PutItemCommand({
      TableName: table,
      Item: { account: { S: 'a' }, number: { N: String(number) }, ...columns },
    }),
  );

describe('a row', () => {
  it('is inserted when it is new, in one request when that was expected', async () => {
    expect(await statuses(aChange(1, 5, { owner: 'Ada', balance: 0, vip: false, note: '' }, true))).toEqual([
      'written',
    ]);
    expect(await row(1)).toEqual({
      account: 'a',
      number: 1,
      version: version(5),
      owner: 'Ada',
      balance: 0,
      vip: false,
      note: '',
    });
    expect(requests).toEqual([1]);
  });

  it('is inserted when it is new and that was not expected', async () => {
    expect(await write(aChange(1, 5, { owner: 'Ada' }))).toEqual({
      outcomes: [{ status: 'written' }],
      retried: 1,
    });
    expect(await row(1)).toMatchObject({ version: version(5), owner: 'Ada' });
  });

  it.each([true, false])('is brought to a newer state (expected to be new: %s)', async (created) => {
    await write(aChange(1, 5, { owner: 'Ada', note: 'old', region: 'north' }, true));
    expect(await statuses(aChange(1, 6, { owner: 'Bob', balance: 3 }, created))).toEqual(['written']);
    expect(await row(1)).toEqual({ account: 'a', number: 1, version: version(6), owner: 'Bob', balance: 3 });
  });

  it.each([
    [5, true],
    [5, false],
    [4, true],
    [4, false],
  ])('of version 5 is not touched by version %s (expected to be new: %s)', async (older, created) => {
    await write(aChange(1, 5, { owner: 'Ada' }, true));
    expect(await statuses(aChange(1, older, { owner: 'Bob' }, created))).toEqual(['stale']);
    expect(await row(1)).toMatchObject({ version: version(5), owner: 'Ada' });
  });

  it('without a version, as other writers leave it, is older than any', async () => {
    await put(1, { owner: { S: 'Ada' }, note: { S: 'old' } });
    expect(await statuses(aChange(1, 0, { owner: 'Bob' }, true))).toEqual(['written']);
    expect(await row(1)).toEqual({ account: 'a', number: 1, version: version(0), owner: 'Bob' });
  });

  it('with a version of another type is not ours', async () => {
    await put(1, { version: { N: '5' } });
    expect(await write(aChange(1, 6, { owner: 'Bob' }))).toMatchObject({
      outcomes: [
        {
          status: 'refused',
          error: {
            code: 'RECORD.INVALID',
            detail: 'The row has a version that is not text; something else has written it.',
          },
        },
      ],
    });
  });
});

describe('a row that can never be stored', () => {
  const tooLarge = { owner: 'x'.repeat(420_000) };

  it.each([true, false])('is refused as too large (expected to be new: %s)', async (created) => {
    await write(aChange(1, 1, { owner: 'Ada' }, true));
    const { outcomes } = await write(aChange(1, 2, tooLarge, created), aChange(2, 2, { owner: 'Bob' }, true));
    expect(outcomes).toMatchObject([
      { status: 'refused', error: { code: 'RECORD.TOO_LARGE' } },
      { status: 'written' },
    ]);
    expect(await row(1)).toMatchObject({ owner: 'Ada' });
  });

  it('is refused as too large from the first byte on that DynamoDB does not take', async () => {
    // Names and values but for the owner, as DynamoDB counts them: numbers are a byte for two digits, and one more.
    const others = 'account'.length + 1 + 'number'.length + 2 + 'version'.length + 40 + 'owner'.length;
    const change = (bytes: number) => aChange(1, 1, { owner: 'x'.repeat(bytes - others) }, true);
    expect(await write(change(409_601))).toMatchObject({
      outcomes: [{ status: 'refused', error: { code: 'RECORD.TOO_LARGE' } }],
    });
    expect(await statuses(change(409_600))).toEqual(['written']);
    const { columns, ...rest } = change(409_600 - 'region'.length);
    expect(await write({ ...rest, columns: { ...columns, region: '' } })).toMatchObject({
      outcomes: [{ status: 'refused', error: { code: 'RECORD.INVALID' } }],
    });
  });

  it('is refused as too large when the items of its key are together', async () => {
    answerWith({ Code: 'ItemCollectionSizeLimitExceeded' });
    expect(await write(aChange(1, 1, { owner: 'Ada' }, true))).toMatchObject({
      outcomes: [{ status: 'refused', error: { code: 'RECORD.TOO_LARGE', detail: 'Record too large.' } }],
    });
  });

  it('tells what DynamoDB has told', async () => {
    answerWith({ Code: 'ValidationError', Message: 'Because.' });
    expect(await write(aChange(1, 1, { owner: 'Ada' }, true))).toMatchObject({
      outcomes: [{ error: { code: 'RECORD.INVALID', detail: 'Because.' } }],
    });
  });

  it('is refused as invalid when an index key is empty', async () => {
    expect(await write(aChange(1, 1, { owner: 'Ada', region: '' }, true))).toMatchObject({
      outcomes: [{ status: 'refused', error: { code: 'RECORD.INVALID' } }],
    });
  });

  it('is refused when its key is too long', async () => {
    const long = { ...aChange(1, 1, { owner: 'Ada' }, true), key: [{ S: 'k'.repeat(2_049) }, { N: '1' }] };
    expect(await write(long)).toMatchObject({
      outcomes: [{ status: 'refused', error: { code: 'RECORD.INVALID' } }],
    });
  });

  it('is found by halves when DynamoDB refuses the whole request for it', async () => {
    const changes = Array.from({ length: 25 }, (_, i) => aChange(i, 1, { owner: 'Ada', balance: i }, true));
    changes[17] = aChange(17, 1, { owner: 'Ada', balance: Number.NaN }, true);
    const outcomes = await statuses(...changes);
    expect(outcomes[17]).toBe('refused');
    expect(outcomes.filter((status) => status === 'written')).toHaveLength(24);
  });
});

describe('requests', () => {
  it('hold at most 25 statements', async () => {
    await write(...Array.from({ length: 60 }, (_, i) => aChange(i, 1, { owner: 'Ada' }, true)));
    expect(requests.sort()).toEqual([10, 25, 25]);
  });

  it('stay below what DynamoDB takes, however large the rows are', async () => {
    const owner = '\u0001'.repeat(399_000);
    const large = Array.from({ length: 12 }, (_, i) => aChange(i, 1, { owner, balance: i }, true));
    expect(new Set(await statuses(...large))).toEqual(new Set(['written']));
    expect(Math.max(...requests)).toBe(5);
  });

  it('are not sent for nothing', async () => {
    expect(await write()).toEqual({ outcomes: [], retried: 0 });
    expect(requests).toEqual([]);
  });
});

describe('a failure that may pass', () => {
  const changes = Array.from({ length: 30 }, (_, i) => aChange(i, 1, { owner: 'Ada' }, true));

  it('is waited for: statements that were throttled', async () => {
    new Faults(dynamodb, '').set({
      kind: 'partial',
      requests: 3,
      statements: [false, true, false],
      code: 'ThrottlingError',
    });
    const { outcomes, retried } = await write(...changes);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['written']));
    expect(retried).toBe(13);
  });

  it('is waited for: a request that failed after DynamoDB had executed it', async () => {
    new Faults(dynamodb, '').set({ kind: 'timeout', request: 0, executed: 25 });
    const { outcomes } = await write(...changes);
    expect(outcomes.filter(({ status }) => status === 'stale')).toHaveLength(25);
    expect(outcomes.filter(({ status }) => status === 'written')).toHaveLength(5);
  });

  it('is given back when it lasts', async () => {
    new Faults(dynamodb, '').set({
      kind: 'partial',
      requests: 100,
      statements: [true],
      code: 'ThrottlingError',
    });
    expect(await write(...changes)).toEqual({
      outcomes: changes.map(() => ({ status: 'failed', cause: 'ThrottlingException' })),
      retried: 90,
    });
  });

  it('is given back at once when only a deployment mends it', async () => {
    const lost = new PartiqlRowWriter(dynamodb, 'no-such-table', { backoff });
    expect(await lost.write(shape, changes.slice(0, 1), inTime)).toEqual({
      outcomes: [{ status: 'failed', cause: 'ResourceNotFound' }],
      retried: 0,
    });
  });

  it('is given back when the row is there and gone by turns', async () => {
    const Key = { account: { S: 'a' }, number: { N: '1' } };
    const rival = testClient();
    dynamodb.middlewareStack.add(
      (next) => async (args) => {
        const [statement] = (args.input as BatchExecuteStatementCommandInput).Statements ?? [];
        if (statement?.Statement?.startsWith('INSERT')) await put(1, { version: { S: version(0) } });
        else if (statement) await rival.send(new DeleteItemCommand({ TableName: table, Key }));
        return next(args);
      },
      { step: 'initialize', priority: 'high' },
    );
    const { outcomes } = await write(aChange(1, 1, { owner: 'Ada' }, true));
    expect(outcomes).toEqual([{ status: 'failed', cause: 'ROW_CONTENDED' }]);
    expect(requests).toHaveLength(5);
  });

  it('is given back when the time is up', async () => {
    expect(await writer.write(shape, changes.slice(0, 1), { remainingTimeMs: () => 1_000 })).toEqual({
      outcomes: [{ status: 'failed', cause: 'OUT_OF_TIME' }],
      retried: 0,
    });
    expect(requests).toEqual([]);
  });

  it('is given back when a request outlasts the time', async () => {
    const silent = createServer().listen(0);
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const unheard = new PartiqlRowWriter(testClient({ endpoint, maxAttempts: 1 }), table, { backoff });
    expect(await unheard.write(shape, changes.slice(0, 1), { remainingTimeMs: () => 1_050 })).toMatchObject({
      outcomes: [{ status: 'failed', cause: 'AbortError' }],
    });
    silent.close();
  });
});
