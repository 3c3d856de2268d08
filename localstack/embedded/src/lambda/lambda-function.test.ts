import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaFunctionSpec } from '../functions.ts';
import { Concurrency } from './concurrency.ts';
import { LambdaFunction, type LambdaFunctionOptions, ThrottledError } from './lambda-function.ts';

const fixture = fileURLToPath(new URL('../fixtures/handler.mjs', import.meta.url));
const spec: LambdaFunctionSpec = {
  description: '',
  memory_mb: 128,
  timeout_s: 5,
  tables: {},
  endpoints: {},
  event_source: null,
};

let directory: string;
let fn: LambdaFunction;
const lines: string[] = [];
const aFunction = (options: Partial<LambdaFunctionOptions> = {}) => {
  fn = new LambdaFunction({
    name: 'fixture',
    spec,
    bundle: fixture,
    env: { TABLE: 'notification-records' },
    log: (source, line) => lines.push(`${source}: ${line}`),
    concurrency: new Concurrency(100),
    ...options,
  });
  return async (event: unknown) => {
    const { payload, ...rest } = await fn.invoke(JSON.stringify(event));
    return { ...rest, payload: JSON.parse(payload) };
  };
};

/** Invocations of which each has begun and goes on until it is told to end. */
const waiting = async (invoke: (event: unknown) => Promise<{ payload: unknown }>, count: number) => {
  const name = randomUUID();
  const channel = new BroadcastChannel(name);
  let begun = 0;
  const allBegun = new Promise<void>((resolve) => {
    channel.onmessage = () => {
      if (++begun === count) resolve();
    };
  });
  const answers = Promise.all(Array.from({ length: count }, () => invoke({ do: 'wait', channel: name })));
  await allBegun;
  return {
    end: async () => {
      channel.postMessage('go on');
      channel.close();
      return (await answers).map(({ payload }) => payload);
    },
  };
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  lines.length = 0;
});
afterEach(async () => {
  await fn?.stop();
  rmSync(directory, { recursive: true });
});

test('a function answers, stays warm, and sees only its own environment', async () => {
  const invoke = aFunction();
  expect(await invoke({ do: 'echo', at: 1 })).toEqual({ payload: { do: 'echo', at: 1 }, logTail: '' });
  expect((await invoke({ do: 'count' })).payload).toBe(1);
  expect((await invoke({ do: 'count' })).payload).toBe(2);
  expect((await invoke({ do: 'environment' })).payload).toEqual({
    TABLE: 'notification-records',
    AWS_LAMBDA_FUNCTION_NAME: 'fixture',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fixture',
    AWS_LAMBDA_LOG_STREAM_NAME: 'embedded',
  });
});

test('the context says who runs and for how long still', async () => {
  const invoke = aFunction();
  const { payload } = await invoke({ do: 'context' });
  expect(payload).toMatchObject({
    functionName: 'fixture',
    invokedFunctionArn: expect.stringMatching(/:function:fixture$/),
    awsRequestId: expect.any(String),
    memoryLimitInMB: '128',
  });
  expect(payload.remaining).toBeGreaterThan(0);
  expect(payload.remaining).toBeLessThanOrEqual(5000);
});

test('what it prints goes to the log under its name, and into the tail of the answer', async () => {
  const invoke = aFunction();
  expect((await invoke({ do: 'log' })).logTail).toBe('hello from the function\n');
  expect(lines).toEqual(['fixture: hello from the function']);
});

test('a thrown error is a function error with its type, message and trace', async () => {
  const { functionError, payload } = await aFunction()({ do: 'throw' });
  expect(functionError).toBe('Unhandled');
  expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'not today' });
  expect(payload.trace[0]).toBe('RangeError: not today');
});

test.each([
  ['hang', 'Sandbox.Timedout', /Task timed out after 1.00 seconds/],
  ['exit', 'Runtime.ExitError', /exit status 7/],
  ['large', 'Function.ResponseSizeTooLarge', /6291456/],
])(
  'an invocation that ends by "%s" is told as %s, and the next one works',
  async (deed, errorType, message) => {
    const invoke = aFunction({ spec: { ...spec, timeout_s: 1 } });
    expect(await invoke({ do: deed })).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType, errorMessage: expect.stringMatching(message) },
    });
    expect((await invoke({ do: 'echo' })).functionError).toBeUndefined();
  },
);

test('a bundle that cannot be imported fails each invocation with the reason', async () => {
  const bundle = join(directory, 'handler.mjs');
  writeFileSync(bundle, "throw new SyntaxError('half a file');");
  const invoke = aFunction({ bundle });
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await invoke({})).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorMessage: 'half a file' },
    });
  }
});

test('invocations beyond the concurrency wait for their turn', async () => {
  const invoke = aFunction({ concurrency: new Concurrency(1) });
  const counts = await Promise.all([1, 2, 3].map(() => invoke({ do: 'count' })));
  expect(counts.map(({ payload }) => payload)).toEqual([1, 2, 3]);
});

test('one whose turn does not come in time is throttled, and takes nobody else’s', async () => {
  const invoke = aFunction({ concurrency: new Concurrency(1) });
  const wait = await waiting(invoke, 1);
  await expect(fn.invoke('{}', { waitMs: 1 })).rejects.toBeInstanceOf(ThrottledError);
  const next = invoke({ do: 'echo' });
  expect(await wait.end()).toEqual([1]);
  expect((await next).functionError).toBeUndefined();
});

test('many that wait keep no other from its answer, and what they needed is given back', async () => {
  const invoke = aFunction({ idleMs: 50 });
  const wait = await waiting(invoke, 12);
  expect((await invoke({ do: 'echo' })).payload).toEqual({ do: 'echo' });

  await wait.end();
  await vi.waitFor(() => expect(fn.threads).toBe(0), { timeout: 10_000 });
  expect((await invoke({ do: 'count' })).payload).toBe(1);
  await vi.waitFor(() => expect(fn.threads).toBe(1));
  expect((await invoke({ do: 'count' })).payload).toBe(2);
});

test('functions that share a bound keep each other waiting, one that has its own does not', async () => {
  const shared = new Concurrency(1);
  const wait = await waiting(aFunction({ concurrency: shared }), 1);
  const waiter = fn;
  const reserved = aFunction({ concurrency: new Concurrency(1) });
  expect((await reserved({ do: 'echo' })).payload).toEqual({ do: 'echo' });
  await fn.stop();
  aFunction({ concurrency: shared });
  await expect(fn.invoke('{}', { waitMs: 1 })).rejects.toBeInstanceOf(ThrottledError);
  await wait.end();
  await waiter.stop();
});

test('a stop ends who waits for a turn', async () => {
  const invoke = aFunction({ concurrency: new Concurrency(1) });
  const wait = await waiting(invoke, 1);
  const next = invoke({ do: 'echo' });
  await fn.stop();
  expect((await next).payload).toMatchObject({ errorMessage: 'The stack is stopping.' });
  expect(await wait.end()).toMatchObject([{ errorType: 'Runtime.ExitError' }]);
});

test('invocations at the same time run in environments of their own, which are used again', async () => {
  const invoke = aFunction();
  expect(await (await waiting(invoke, 20)).end()).toEqual(Array(20).fill(1));
  expect(fn.threads).toBeLessThan(5);
  expect(await (await waiting(invoke, 20)).end()).toContain(2);
});

test('when one of them hangs, the others come to their end, and the next one works', async () => {
  const invoke = aFunction({ spec: { ...spec, timeout_s: 1 } });
  const [hung, ...others] = await Promise.all([
    invoke({ do: 'hang' }),
    ...Array.from({ length: 5 }, () => invoke({ do: 'echo' })),
  ]);
  expect(hung?.payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
  expect(others.filter(({ functionError }) => functionError)).toEqual([]);
  await vi.waitFor(() => expect(fn.threads).toBeLessThan(2));
  expect((await invoke({ do: 'echo' })).functionError).toBeUndefined();
});

test('a reload swaps the code and loses no invocation', async () => {
  const bundle = join(directory, 'handler.mjs');
  copyFileSync(fixture, bundle);
  const invoke = aFunction({ bundle, concurrency: new Concurrency(2) });
  await invoke({ do: 'count' });

  const running = Promise.all(Array.from({ length: 20 }, () => invoke({ do: 'count' })));
  writeFileSync(bundle, "export const handler = async () => 'new';");
  fn.reload();
  expect((await running).filter(({ functionError }) => functionError)).toEqual([]);
  expect((await invoke({ do: 'count' })).payload).toBe('new');
});
