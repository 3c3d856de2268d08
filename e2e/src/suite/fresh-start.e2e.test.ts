import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type EmbeddedStack, runSample, startEmbeddedStack } from '@notify/embedded';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repositoryFile } from '../target.ts';
import { target } from './stage.ts';

const run = promisify(execFile);

/** The shell samples of the page on the users. */
const samples = [
  ...readFileSync(repositoryFile('docs/event-sourcing.md'), 'utf8').matchAll(
    /<!-- samples -->\n```sh\n([\s\S]*?)```/g,
  ),
].map(([, text = '']) => text);

describe.runIf(target.kind === 'embedded')('a fresh start with its sample data', () => {
  let stack: EmbeddedStack;
  let users: string;
  beforeAll(async () => {
    stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: () => {} });
    users = `${stack.awsUrl}/restapis/users/dev`;
    await runSample(stack);
  });
  afterAll(() => stack.stop());

  it('takes the samples of docs/event-sourcing.md as they stand', async () => {
    expect(samples).toHaveLength(1);
    const { stdout } = await run('sh', ['-e', '-c', samples[0] ?? ''], {
      env: { ...process.env, USERS_API: users },
    });
    expect(stdout).toContain(
      '"message":"Event stored","aggregate_id":"user-001","event_type":"USER_CREATED"',
    );
    expect(stdout).toContain('{"UserID":"user-001","Name":"Alice","Email":"alice@example.com","Balance":0}');
  });

  it('answers the read samples of the first users’ README', async () => {
    expect(await (await fetch(`${users}/detail?user_id=user-001`)).json()).toEqual({
      UserID: 'user-001',
      Name: 'Alice',
      Email: 'alice@example.com',
      Balance: 0,
    });
    await vi.waitFor(async () => {
      expect(await (await fetch(`${users}/list`)).json()).toMatchObject({
        users: expect.arrayContaining([{ UserID: 'user-001', Name: 'Alice' }]),
      });
    });
  });
});
