import type {
  BatchExecuteStatementCommandOutput,
  BatchStatementError,
  BatchStatementResponse,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Backoff } from './backoff.ts';
import type { JsonStatement } from './json-statements.ts';
import { StatementBatches, type StatementBatchesOptions, type StatementTask } from './statement-batches.ts';

type Answer = (
  statements: readonly JsonStatement[],
  request: number,
  signal: AbortSignal,
) => BatchStatementResponse[] | Promise<never>;

/** DynamoDB, which answers as it is told. */
class ScriptedDynamoDB {
  readonly requests: (readonly string[])[] = [];
  inFlight = 0;
  mostInFlight = 0;
  readonly #answer: Answer;

  constructor(answer: Answer = (statements) => statements.map(() => ({}))) {
    this.#answer = answer;
  }

  async send(
    command: { input: { Statements: JsonStatement[] } },
    { abortSignal }: { abortSignal: AbortSignal },
  ): Promise<Partial<BatchExecuteStatementCommandOutput>> {
    const { Statements: statements } = command.input;
    const request = this.requests.push(statements.map(({ Statement }) => Statement)) - 1;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await Promise.resolve();
    this.inFlight--;
    return { Responses: await this.#answer(statements, request, abortSignal) };
  }
}

class Task implements StatementTask {
  statement: JsonStatement;
  readonly length: number;
  /** What became of it: its words, one after the other. */
  readonly heard: unknown[] = [];
  readonly #again: (error: BatchStatementError | undefined) => boolean;

  constructor(name: string, length = 1, again: (error?: BatchStatementError) => boolean = () => false) {
    this.statement = { Statement: name, Parameters: [] };
    this.length = length;
    this.#again = again;
  }

  settle(error: BatchStatementError | undefined): boolean {
    this.heard.push(error?.Code ?? 'done');
    return this.#again(error);
  }

  fail(cause: string): void {
    this.heard.push({ cause });
  }
}

const tasks = (count: number, length?: number) =>
  Array.from({ length: count }, (_, i) => new Task(String(i), length));
const inTime = { remainingTimeMs: () => 60_000 };
const backoff = new Backoff({ attempts: 2, sleep: async () => {} });

const run = async (
  dynamodb: ScriptedDynamoDB,
  due: readonly Task[],
  options: StatementBatchesOptions = {},
  invocation = inTime,
) => {
  const batches = new StatementBatches(dynamodb as unknown as DynamoDBClient, { backoff, ...options });
  const retried = await batches.run(due, invocation);
  return { retried, heard: due.map((task) => task.heard) };
};

const failing = (name: string, httpStatusCode?: number): Promise<never> =>
  Promise.reject(
    Object.assign(new Error('why'), { name, ...(httpStatusCode && { $metadata: { httpStatusCode } }) }),
  );

describe('requests', () => {
  const sizes = ({ requests }: ScriptedDynamoDB) => requests.map((request) => request.length);

  it('hold 25 statements and 2,000,000 characters at most, and one statement however long it is', async () => {
    const sizesOf = async (due: readonly Task[]) => {
      const dynamodb = new ScriptedDynamoDB();
      await run(dynamodb, due, { concurrency: 1 });
      expect(dynamodb.requests.flat()).toEqual(due.map(({ statement }) => statement.Statement));
      return sizes(dynamodb);
    };
    expect(await sizesOf(tasks(25))).toEqual([25]);
    expect(await sizesOf(tasks(26))).toEqual([25, 1]);
    expect(await sizesOf(tasks(4, 1_000_000))).toEqual([2, 2]);
    expect(await sizesOf(tasks(4, 1_000_001))).toEqual([1, 1, 1, 1]);
    expect(await sizesOf(tasks(2, 3_000_000))).toEqual([1, 1]);
    expect(await sizesOf([])).toEqual([]);
  });

  it('are in flight as many as allowed, eight if nothing is said', async () => {
    const most = async (due: readonly Task[], options?: StatementBatchesOptions) => {
      const dynamodb = new ScriptedDynamoDB();
      await run(dynamodb, due, options);
      return dynamodb.mostInFlight;
    };
    expect(await most(tasks(250))).toBe(8);
    expect(await most(tasks(250), { concurrency: 3 })).toBe(3);
    expect(await most(tasks(26), { concurrency: 3 })).toBe(2);
  });
});

describe('a statement', () => {
  it.each([
    'ConditionalCheckFailed',
    'DuplicateItem',
    'ItemCollectionSizeLimitExceeded',
    'ValidationError',
  ] as const)('is settled by %s', async (Code) => {
    const dynamodb = new ScriptedDynamoDB(() => [{ Error: { Code } }, {}]);
    expect(await run(dynamodb, tasks(2))).toEqual({ retried: 0, heard: [[Code], ['done']] });
  });

  it('is sent again at once when it is not at its end', async () => {
    const twice = new Task('a', 1, (error) => error !== undefined);
    const dynamodb = new ScriptedDynamoDB((_, request) => [
      request === 0 ? { Error: { Code: 'DuplicateItem' } } : {},
    ]);
    let waits = 0;
    const counting = new Backoff({ sleep: async () => waits++ });
    expect(await run(dynamodb, [twice], { backoff: counting })).toEqual({
      retried: 1,
      heard: [['DuplicateItem', 'done']],
    });
    expect(waits).toBe(0);
  });

  it.each([
    'AccessDenied',
    'AccessDeniedException',
    'ExpiredTokenException',
    'ResourceNotFound',
    'ResourceNotFoundException',
    'UnrecognizedClientException',
  ])('fails at once by %s, which no waiting mends', async (code) => {
    const one = new ScriptedDynamoDB(() => [{ Error: { Code: code as never } }]);
    const all = new ScriptedDynamoDB(() => failing(code));
    for (const dynamodb of [one, all]) {
      expect(await run(dynamodb, tasks(1))).toEqual({ retried: 0, heard: [[{ cause: code }]] });
      expect(dynamodb.requests).toHaveLength(1);
    }
  });

  it.each<[string, Answer, string]>([
    ['was throttled', () => [{ Error: { Code: 'ThrottlingError' } }], 'ThrottlingError'],
    ['failed for a reason that is not told', () => [{ Error: {} }], 'InternalServerError'],
    ['is not answered', () => [], 'InternalServerError'],
    ['is answered by nothing', () => undefined as never, 'InternalServerError'],
    ['was lost with its request', () => failing('TimeoutError'), 'TimeoutError'],
    ['met an error of the server', () => failing('InternalServerError', 500), 'InternalServerError'],
  ])('that %s is sent again as often as the backoff allows', async (_, answer, cause) => {
    const dynamodb = new ScriptedDynamoDB(answer);
    expect(await run(dynamodb, tasks(1))).toEqual({ retried: 2, heard: [[{ cause }]] });
    expect(dynamodb.requests).toHaveLength(3);
  });

  it('that goes on does not wait for the patience with others', async () => {
    const turning = new Task('turning', 1, (error) => error !== undefined);
    const dynamodb = new ScriptedDynamoDB((statements, request) =>
      statements.map(({ Statement }) =>
        Statement === 'throttled'
          ? { Error: { Code: 'ThrottlingError' } }
          : request < 3
            ? { Error: { Code: 'DuplicateItem' } }
            : {},
      ),
    );
    const throttled = new Task('throttled');
    await run(dynamodb, [throttled, turning]);
    expect(throttled.heard).toEqual([{ cause: 'ThrottlingError' }]);
    expect(turning.heard).toEqual(['DuplicateItem', 'DuplicateItem', 'DuplicateItem', 'done']);
  });
});

describe('a request that DynamoDB refuses as a whole', () => {
  it.each([
    ['ValidationException', 400],
    ['Whatever', 413],
  ])('is halved until the statement at fault is alone (%s, %i)', async (name, status) => {
    const dynamodb = new ScriptedDynamoDB((statements) =>
      statements.some(({ Statement }) => Statement === '4')
        ? failing(name, status)
        : statements.map(() => ({})),
    );
    const { heard, retried } = await run(dynamodb, tasks(7));
    expect(heard).toEqual([['done'], ['done'], ['done'], ['done'], ['ValidationError'], ['done'], ['done']]);
    expect(retried).toBe(0);
    expect(dynamodb.requests.map((request) => request.join(''))).toEqual([
      '0123456',
      '0123',
      '456',
      '45',
      '4',
      '5',
      '6',
    ]);
  });

  it('tells its statement why', async () => {
    const told: (BatchStatementError | undefined)[] = [];
    const task = new Task('a', 1, (error) => {
      told.push(error);
      return false;
    });
    await run(new ScriptedDynamoDB(() => failing('ValidationException')), [task]);
    expect(told).toEqual([{ Code: 'ValidationError', Message: 'why' }]);
  });
});

describe('time', () => {
  it('that is up ends what is due, before anything is sent', async () => {
    const dynamodb = new ScriptedDynamoDB();
    expect(await run(dynamodb, tasks(2), {}, { remainingTimeMs: () => 1_000 })).toEqual({
      retried: 0,
      heard: [[{ cause: 'OUT_OF_TIME' }], [{ cause: 'OUT_OF_TIME' }]],
    });
    expect(dynamodb.requests).toEqual([]);
  });

  it('is kept back as much as one says', async () => {
    const at = (remaining: number) =>
      run(new ScriptedDynamoDB(), tasks(1), { safetyMarginMs: 50 }, { remainingTimeMs: () => remaining });
    expect((await at(50)).heard).toEqual([[{ cause: 'OUT_OF_TIME' }]]);
    expect((await at(500)).heard).toEqual([['done']]);
  });

  it('may be endless', async () => {
    const { heard } = await run(
      new ScriptedDynamoDB(),
      tasks(1),
      {},
      { remainingTimeMs: () => Number.POSITIVE_INFINITY },
    );
    expect(heard).toEqual([['done']]);
  });

  it('is not watched any longer than there is work', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    await run(new ScriptedDynamoDB(), tasks(1));
    expect(timers()).toBe(before);
  });

  it('that runs out on the way ends what is still due', async () => {
    let remaining = 5_000;
    const dynamodb = new ScriptedDynamoDB(() => {
      remaining = 0;
      return [{ Error: { Code: 'DuplicateItem' } }];
    });
    const task = new Task('a', 1, () => true);
    await run(dynamodb, [task], {}, { remainingTimeMs: () => remaining });
    expect(task.heard).toEqual(['DuplicateItem', { cause: 'OUT_OF_TIME' }]);
  });

  it('that runs out while a request is tried again leaves the reason for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let remaining = 1_000;
    const dynamodb = new ScriptedDynamoDB((_, request, signal) =>
      request === 0
        ? [{ Error: { Code: 'ThrottlingError' } }]
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            vi.advanceTimersByTime(remaining);
            remaining = 0;
          }),
    );
    const task = new Task('a');
    const backoff = new Backoff({ sleep: async () => {} });
    const time = { remainingTimeMs: () => remaining };
    await run(dynamodb, [task], { backoff, safetyMarginMs: 0 }, time);
    expect(task.heard).toEqual([{ cause: 'ThrottlingError' }]);
  });
});
