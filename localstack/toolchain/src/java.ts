import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { toolchainError } from './errors.ts';

/** The Java to run: of JAVA_HOME, else the one on PATH. */
export const javaCommand = (): string =>
  process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

const OLDEST = 17;

/** What `java -version` prints; undefined when it cannot be run. */
type AskVersion = (command: string) => string | undefined;

const askVersion: AskVersion = (command) => {
  const { status, stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' });
  return status === 0 ? stderr : undefined;
};

/**
 * The command of a Java that runs DynamoDB Local. LocalStack would only say in its log that its DynamoDB does not come up.
 * @throws LocalError `JAVA.MISSING`, `JAVA.TOO_OLD`
 */
export const findJava = (ask: AskVersion = askVersion): string => {
  const command = javaCommand();
  // openjdk version "17.0.15" is 17, java version "1.8.0_392" is 8.
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(ask(command) ?? '') ?? [];
  if (first === undefined) throw toolchainError('JAVA.MISSING', `${command} does not run.`);
  const version = Number(first === '1' ? second : first);
  if (version < OLDEST) throw toolchainError('JAVA.TOO_OLD', `${command} is Java ${version}.`);
  return command;
};
