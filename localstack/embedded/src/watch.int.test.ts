import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLambda } from '@notify/lambda-build';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Concurrency } from './lambda/concurrency.ts';
import { LambdaFunction } from './lambda/lambda-function.ts';
import { watchFunctions } from './watch.ts';

const spec = { description: '', memory_mb: 128, timeout_s: 5, tables: {}, endpoints: {}, event_source: null };

test('a function is rebuilt and reloaded when its source changes, and stays as it was when that does not build', async () => {
  const packages = mkdtempSync(join(tmpdir(), 'packages-'));
  onTestFinished(() => rmSync(packages, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(join(packages, path, '..'), { recursive: true });
    writeFileSync(join(packages, path), text);
  };
  const source = (answer: string) => `export const handler = async () => '${answer}';`;
  put('fn/package.json', JSON.stringify({ dependencies: { '@notify/shared': 'workspace:*' } }));
  put('shared/package.json', '{}');
  put('shared/src/answer.ts', source('first'));
  put('fn/src/handler.ts', "export { handler } from '../../shared/src/answer.ts';");
  await buildLambda(join(packages, 'fn'));

  const log: string[] = [];
  const report = (_: string, line: string) => log.push(line);
  const bundle = join(packages, 'fn/dist/handler.mjs');
  const fn = new LambdaFunction({
    name: 'fn',
    spec,
    bundle,
    env: {},
    concurrency: new Concurrency(10),
    log: report,
  });
  onTestFinished(() => fn.stop());
  onTestFinished(watchFunctions(packages, [fn], report));
  const answer = async () => JSON.parse((await fn.invoke('{}')).payload);
  expect(await answer()).toBe('first');

  put('shared/src/answer.ts', source('second'));
  await vi.waitUntil(async () => (await answer()) === 'second', { timeout: 10_000 });

  put('shared/src/answer.ts', 'export const handler = ;');
  await vi.waitUntil(() => log.some((line) => line.includes('does not build')), { timeout: 10_000 });
  expect(await answer()).toBe('second');
});
