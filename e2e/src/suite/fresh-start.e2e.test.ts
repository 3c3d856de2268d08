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

  describe.each(['notifications', 'users'] as const)('the description of the %s API', (api) => {
    let operations: readonly (readonly [method: string, path: string, operation: Operation])[];
    beforeAll(async () => {
      const document = api === 'users' ? '/users.openapi.json' : '/openapi.json';
      const { paths } = (await (await fetch(`${stack.serviceUrl}${document}`)).json()) as Description;
      operations = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
      );
      expect(operations.length).toBeGreaterThan(2);
    });

    /** Asks by the examples of the ids and of the body; without what is left out. */
    const ask = async (
      method: string,
      path: string,
      { parameters = [], requestBody }: Operation,
      left = '',
    ) => {
      const url = new URL(`${api === 'users' ? users : stack.serviceUrl}${path}`);
      for (const { name, example, in: place } of parameters) {
        if (place === 'query' && example !== undefined && IDS.test(name) && name !== left) {
          url.searchParams.set(name, String(example));
        }
      }
      const body = requestBody?.content['application/json']?.example;
      const answer = await fetch(url, {
        method,
        ...(body !== undefined && {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(left ? {} : body),
        }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    it('has examples that find something in the sample data', async () => {
      for (const [method, path, operation] of operations) {
        const { status, body } = await ask(method, path, operation);
        expect({ method, path, status }).toEqual({ method, path, status: 200 });
        // Nothing of the sample is set aside.
        if (path === '/quarantine') continue;
        expect(body['count'] ?? body['total_count'] ?? 1, `${method} ${path}`).not.toBe(0);
      }
    });

    it('has the error that an incomplete request is answered with among its examples', async () => {
      let refused = 0;
      for (const [method, path, operation] of operations) {
        const { parameters = [], responses } = operation;
        const required = parameters.find((parameter) => parameter.required)?.name;
        if (!required) continue;
        const { status, body } = await ask(method, path, operation, required);
        const examples = responses[String(status)]?.content?.['application/problem+json']?.examples ?? {};
        expect(Object.keys(examples), `${method} ${path}`).toContain(body['code']);
        refused++;
      }
      expect(refused).toBeGreaterThan(0);
    });
  });
});

const IDS = /_id$/;

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly example?: unknown;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> };
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly examples?: Record<string, unknown> }> }
  >;
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
}
