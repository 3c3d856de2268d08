import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryFile } from '../target.ts';
import { History } from './history.ts';
import { DOORS, target } from './stage.ts';

const run = promisify(execFile);
const PACKAGE = repositoryFile('packages/client/dist');

/** The samples of the README that goes with the package, each as a program. */
const samples = [...readFileSync(join(PACKAGE, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code = '']) => code.replaceAll('http://127.0.0.1:8000', target.serviceUrl ?? ''),
);

/** What they print, on any stage. */
const SAID = [/^\[/, /^/, /^There is no such campaign\.\n$/, /^[01]\n$/, /^\d+\n$/];

describe.runIf(target.serviceUrl)('the package of the client, in an empty project', () => {
  const history = new History();
  const { id } = history;
  let folder: string;

  const npm = (...args: string[]) =>
    run('npm', args, {
      cwd: folder,
      shell: process.platform === 'win32',
      env: { ...process.env, npm_config_cache: join(folder, 'cache') },
    });
  const node = async (name: string, code: string) => {
    writeFileSync(join(folder, name), code);
    const { stdout } = await run(process.execPath, [name], { cwd: folder });
    return stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-'));
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    const { stdout } = await npm('pack', PACKAGE, '--silent');
    // Nothing of it comes from anywhere else.
    await npm('install', '--offline', '--no-audit', '--no-fund', `./${stdout.trim()}`);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await history.cleanUp();
  });

  it('asks, goes through all pages, and tells an error by its code', async () => {
    const first = history.command({ user_id: `${id}-asked` });
    const commands = [0, 1, 2].map((later) => ({ ...first, created_at: first.created_at + later }));
    await history.putBatch(commands);
    for (const door of DOORS) {
      if (door.query_type === 'user') await history.visible(door, { user_id: first.user_id });
    }
    const answer = await node(
      'ask.mjs',
      `import { createNotifyClient, isNotifyError } from '@notify/client';
      const client = createNotifyClient({ baseUrl: ${JSON.stringify(target.serviceUrl)} });
      const query = { query_type: 'user', user_id: ${JSON.stringify(first.user_id)} };
      const page = await client.read({ ...query, limit: 1 });
      const all = [];
      for await (const { created_at } of client.notifications({ ...query, limit: 2, order: 'asc' })) all.push(created_at);
      const failure = await client.read({ ...query, cursor: page.nextCursor, status: 'FAILED' }).catch((error) => error);
      console.log(JSON.stringify([page.items.length, all, isNotifyError(failure), failure.code, failure.status]));`,
    );
    const times = commands.map(({ created_at }) => created_at);
    expect(JSON.parse(answer)).toEqual([1, times, true, 'QUERY.CURSOR.FOREIGN', 400]);
  });

  it('has types that need no other package, and the samples of its README are right by them', async () => {
    samples.forEach((code, index) => {
      writeFileSync(join(folder, `sample-${index}.ts`), code);
    });
    const options = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      ...{ target: 'es2022', module: 'nodenext', lib: ['es2023', 'dom', 'dom.asynciterable'], types: [] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    const tsc = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'));
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });

  it.each(samples.map((code, index) => ({ index, code })))(
    'sample $index of its README runs',
    async ({ index, code }) => {
      const output = await node(`run-${index}.ts`, code);
      expect(output).toMatch(SAID[index] ?? /^$/);
    },
  );
});
