import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Nothing of the developer's own AWS may reach a test. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^AWS_|_TABLE$|^NOTIFY_/.test(name)),
);

const MAX_OUTPUT = 64 * 2 ** 20;

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `notify` as a person does, in a process of its own, with these variables and none of AWS beside. */
export const runNotify = (
  args: string | readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...(typeof args === 'string' ? args.split(' ') : args)],
      { env: { ...CLEAN, ...env }, maxBuffer: MAX_OUTPUT },
      (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

/** The same at a stack, with what it gives as JSON. */
export const notifyJson = async (args: string, awsUrl: string) => {
  const { exitCode, stdout, stderr } = await runNotify(`${args} --json`, { AWS_ENDPOINT_URL: awsUrl });
  return { exitCode, result: stdout === '' ? stderr : JSON.parse(stdout) };
};
