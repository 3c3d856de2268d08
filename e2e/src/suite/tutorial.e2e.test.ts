import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryFile } from '../target.ts';
import { target } from './stage.ts';

interface Step {
  readonly title: string;
  readonly script: string;
  /** What the output must hold: each line, its parts in this order. */
  readonly shown: readonly (readonly string[])[];
}

/** The steps of the tutorial: each command with what stands under it. */
const steps = [
  ...readFileSync(repositoryFile('docs/tutorial.md'), 'utf8').matchAll(
    /```sh\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g,
  ),
].map(([, script = '', text = '']): Step => {
  const shown = text.trim().split('\n');
  return { title: script.split('\n', 1)[0] ?? '', script, shown: shown.map((line) => line.split('…')) };
});

/** A stack of its own: a rebuild is nobody else's business. */
describe.runIf(target.kind === 'embedded')('docs/tutorial.md', () => {
  let stack: EmbeddedStack;
  beforeAll(async () => {
    stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, log: () => {} });
  });
  afterAll(() => stack.stop());

  const shell = (script: string): Promise<{ readonly code: number | null; readonly output: string }> =>
    new Promise((ended) => {
      const here = script
        .replaceAll(
          'npx --yes pnpm@12 notify',
          `"${process.execPath}" "${repositoryFile('scripts/src/main.ts')}"`,
        )
        .replaceAll('http://127.0.0.1:8000', stack.serviceUrl);
      const child = spawn('sh', ['-e', '-c', here], {
        env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: stack.awsUrl },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
      child.on('close', (code) => ended({ code, output }));
    });

  it('has commands to run', () => expect(steps.length).toBeGreaterThan(5));

  it.each(steps)('$title', async ({ script, shown }) => {
    const { code, output } = await shell(script);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const lines = output.split('\n');
    for (const parts of shown) {
      const holds = (line: string) => {
        let at = 0;
        return parts.every((part) => {
          const found = line.indexOf(part, at);
          at = found + part.length;
          return found >= 0;
        });
      };
      expect(lines.some(holds), `${parts.join('…')} in\n${output}`).toBe(true);
    }
  });
});
