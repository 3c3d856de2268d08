import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface ColdStart {
  readonly importMs: number;
  readonly importCpuMs: number;
  /** From the first event to its answer, a TLS handshake with whom it asks in it. */
  readonly firstCallMs: number;
  readonly firstCallCpuMs: number;
  /** Resident after the import. */
  readonly megabytes: number;
}

/** As little as possible besides what is measured: what a Lambda runtime does, without one. */
const PROGRAM = `
  const [bundle, event] = process.argv.slice(1);
  const context = { functionName: 'bench', awsRequestId: 'request-1', getRemainingTimeInMillis: () => 10_000 };
  const cpuMs = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1_000; };
  const start = performance.now();
  const cpuAtStart = process.cpuUsage();
  const { handler } = await import(bundle);
  const imported = performance.now();
  const importCpuMs = cpuMs(cpuAtStart);
  const megabytes = process.memoryUsage.rss() / 1_048_576;
  const cpuAtCall = process.cpuUsage();
  const called = performance.now();
  const answer = await handler(JSON.parse(event), context);
  const firstCallMs = performance.now() - called;
  const firstCallCpuMs = cpuMs(cpuAtCall);
  const cold = { importMs: imported - start, importCpuMs, firstCallMs, firstCallCpuMs, megabytes };
  process.stdout.write('\\n' + JSON.stringify({ answer, cold }), () => process.exit());`;

/**
 * Starts a function in a process of its own and calls it once.
 * @throws Error when its answer is none of success
 */
export const coldStart = async (
  bundlePath: string,
  event: object,
  env: Readonly<Record<string, string>>,
): Promise<ColdStart> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, pathToFileURL(bundlePath).href, JSON.stringify(event)],
    { env },
  );
  const { answer, cold } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n')));
  if (answer.statusCode !== 200 && answer.batchItemFailures?.length !== 0)
    throw new Error(`${bundlePath} answers ${JSON.stringify(answer)} to ${JSON.stringify(event)}.`);
  return cold;
};
