import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../bundle.ts';
import { call } from './testing/call.ts';
import { eventually } from './testing/eventually.ts';
import { FUNCTION } from './testing/service.ts';
import { type LocalUpstream, startInternalApi, startQueryFunction } from './testing/upstream.ts';

/** The bundle as it runs in its container: one process, told everything by its environment. */
describe('the bundle', () => {
  let dist: string;
  let queryFunction: LocalUpstream;
  let internalApi: LocalUpstream;
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), 'query-service-'));
    const reader = new InMemoryNotificationReader([aRow({ status: 'FAILED' })]);
    [queryFunction, internalApi] = await Promise.all([
      startQueryFunction(reader),
      startInternalApi(reader),
      bundle(dist),
    ]);
  });
  afterEach(async () => {
    for (const child of processes.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
  });
  afterAll(async () => {
    await Promise.all([queryFunction.close(), internalApi.close(), rm(dist, { recursive: true })]);
  });

  const spawnService = (environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(dist, 'main.mjs')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PORT: '0',
        QUERY_RESULT_FUNCTION: FUNCTION,
        INTERNAL_API_URL: `${internalApi.url}/v1`,
        AWS_ENDPOINT_URL: queryFunction.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ...environment,
      },
    });
    processes.push(child);
    return child;
  };

  /** A running service and where it listens, which its first log line says. */
  const startService = async (environment?: Record<string, string>) => {
    const child = spawnService(environment);
    const address = new Promise<string>((resolve, reject) => {
      let log = '';
      child.stdout.on('data', (chunk) => {
        log += chunk;
        const url = /Server listening at (http:[^"]+)/.exec(log)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.once('exit', () => reject(new Error(`exited: ${log}`)));
    });
    return { child, url: await address };
  };

  const isListening = (url: string) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });

  it('says what it is made of, its pages too, and brings the notices of all of it', async () => {
    const { components } = JSON.parse(await readFile(join(dist, 'sbom.cdx.json'), 'utf8'));
    const names = components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['fastify', 'react', '@scalar/api-reference']));
    const notices = await readFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const { name, version } of components) expect(notices).toContain(`${name} ${version} (`);
  });

  it('maps its own lines to their sources, and of others no more than the file: the map is read whole at the start', async () => {
    const [program, map] = await Promise.all(
      ['main.mjs', 'main.mjs.map'].map((name) => readFile(join(dist, name), 'utf8')),
    );
    const own = 'The answer is late.';
    const lines = program?.split('\n') ?? [];
    const line = lines.findIndex((each) => each.includes(own));
    const entry = new SourceMap(JSON.parse(map ?? '')).findEntry(line, lines[line]?.indexOf(own) ?? 0);
    expect(entry).toMatchObject({
      originalSource: expect.stringMatching(/query-service\/src\/adapters\/send\.ts$/),
    });
    expect(map?.length).toBeLessThan((program?.length ?? 0) / 4);
  });

  it('answers over both upstreams, with its pages', async () => {
    const { url } = await startService({ LOG_LEVEL: 'INFO' });
    expect(await call(url, 'GET', '/query/user?user_id=test_user_001')).toMatchObject({
      status: 200,
      body: { count: 1 },
    });
    expect(await call(url, 'POST', '/query/fail', {})).toMatchObject({
      status: 200,
      body: { total_count: 1 },
    });
    expect(await call(url, 'GET', '/health/ready')).toMatchObject({ status: 200 });
    expect(await call(url, 'GET', '/docs/scalar/standalone.esm.js')).toMatchObject({ status: 200 });
    expect((await call(url, 'GET', '/users.openapi.json')).body.info.title).toBe('users');
    expect((await call(url, 'GET', '/openapi.json')).body.openapi).toMatch(/^3\.0/);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes what is in flight at %s, takes nothing new and exits 0',
    async (signal) => {
      internalApi.behaviour = 'is silent';
      const { child, url } = await startService();
      const before = internalApi.asked.length;
      const inFlight = call(url, 'GET', '/fail');
      await eventually(() => expect(internalApi.asked.length).toBe(before + 1));

      const exit = once(child, 'exit');
      child.kill(signal);
      await eventually(async () => expect(await isListening(url)).toBe(false));
      expect(child.exitCode).toBeNull();
      internalApi.release();
      internalApi.behaviour = 'answers';

      expect(await inFlight).toMatchObject({ status: 200, body: { total_count: 1 } });
      expect(await exit).toEqual([0, null]);
    },
  );

  it('does not wait for longer than an upstream may take', async () => {
    internalApi.behaviour = 'is silent';
    const { child, url } = await startService({ REQUEST_TIMEOUT: '0.3' });
    const before = internalApi.asked.length;
    const inFlight = call(url, 'GET', '/fail');
    await eventually(() => expect(internalApi.asked.length).toBe(before + 1));
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await inFlight).toMatchObject({ status: 504 });
    expect(await exit).toEqual([0, null]);
    internalApi.release();
    internalApi.behaviour = 'answers';
  });

  it('cuts who does not come to an end', async () => {
    const { child, url } = await startService({ REQUEST_TIMEOUT: '0.1' });
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\nPOST /query/user HTTP/1.1\r\n');
    await once(socket, 'data');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('takes 29 seconds where more are given, and says so', async () => {
    const { stdout } = spawnService({ REQUEST_TIMEOUT: '30' });
    const [line] = await once(createInterface(stdout), 'line');
    expect(JSON.parse(line)).toMatchObject({
      level: 'WARN',
      seconds: 29,
      message: 'REQUEST_TIMEOUT is longer than API Gateway waits',
    });
  });

  it.each([
    ['INTERNAL_API_URL', 'ftp://somewhere/secret'],
    ['QUERY_RESULT_FUNCTION', ''],
    ['PORT', '70000'],
    ['PORT', 'secret'],
    ['HOST', ''],
    ['REQUEST_TIMEOUT', '0'],
    ['LOG_LEVEL', 'secret'],
  ])('does not start with %s=%s, and says why', async (name, value) => {
    const child = spawnService({ [name]: value });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(1);
    const line = JSON.parse(stderr);
    expect(line).toMatchObject({ level: 'FATAL', code: 'CONFIG.INVALID' });
    expect(line.message).toContain(name);
    expect(stderr).not.toContain('secret');
  });

  it('does not start on a port that is taken', async () => {
    const { url } = await startService();
    const child = spawnService({ PORT: new URL(url).port });
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
