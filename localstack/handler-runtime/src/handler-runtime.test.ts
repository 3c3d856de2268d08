import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { RuntimeMessage } from './index.ts';

const runtime = new URL('index.ts', import.meta.url).href;

/** Runs a handler in a process of its own, for it takes the output over; gives all that it said. */
const say = async (load: string, event: unknown = {}): Promise<RuntimeMessage[]> => {
  const program = `
    import { writeSync } from 'node:fs';
    import { sendOutput, startHandler } from ${JSON.stringify(runtime)};
    const send = (message) => writeSync(1, JSON.stringify(message) + '\\n');
    sendOutput(send);
    const answer = await startHandler({ load: ${load}, send });
    await answer?.({ requestId: 'r-1', event: ${JSON.stringify(JSON.stringify(event))}, deadline: Date.now() + 5000, functionArn: 'arn:f', traceId: 'Root=1' });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

it('answers with what the handler gives, and tells it who it is', async () => {
  const messages = await say(
    `async () => async (event, context) => ({ event, name: context.functionName, memory: context.memoryLimitInMB,
      arn: context.invokedFunctionArn, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0, trace: process.env._X_AMZN_TRACE_ID })`,
    { n: 1 },
  );
  expect(messages).toEqual([{ type: 'ready' }, { type: 'result', payload: expect.any(String) }]);
  expect(JSON.parse((messages[1] as { payload: string }).payload)).toEqual({
    event: { n: 1 },
    name: 'f',
    memory: '128',
    arn: 'arn:f',
    id: 'r-1',
    left: true,
    trace: 'Root=1',
  });
});

it('says each printed line before the answer, and nothing as null', async () => {
  expect(await say(`async () => async () => { console.log('one'); console.error('two'); }`)).toEqual([
    { type: 'ready' },
    { type: 'log', text: 'one\n' },
    { type: 'log', text: 'two\n' },
    { type: 'result', payload: 'null' },
  ]);
});

it('tells an error as Lambda does, and in the log', async () => {
  const [, log, error] = await say(`async () => async () => { throw new RangeError('not today'); }`);
  expect(log).toMatchObject({ type: 'log', text: expect.stringMatching(/\tr-1\tERROR\tInvoke Error\t/) });
  expect(error).toMatchObject({
    type: 'error',
    payload: expect.stringContaining('"errorType":"RangeError"'),
  });
});

it('says why there is no handler', async () => {
  expect(await say(`async () => { throw new SyntaxError('half a file'); }`)).toEqual([
    { type: 'init-error', payload: expect.stringContaining('half a file') },
  ]);
});
