import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EXIT } from '@notify/scripts';
import { type Environment, type Output, run } from '@notify/toolchain';
import { documentedCommands } from './commands.ts';

export interface ShellOptions {
  /** Where the commands are run; a folder with terraform/ in it. */
  readonly folder: string;
  readonly env: Environment;
  /** What stands in a page for what each reader has of his own → what it is here. */
  readonly values: Readonly<Record<string, string>>;
}

/** Stand-ins for `aws`, `notify`, `npx` and `terraform`: the programs themselves, told what a person would answer and where AWS is. */
const PROGRAMS = join(import.meta.dirname, 'bin');

/** Runs the commands of a page as its reader would, one after the other; what one has exported the next ones see. */
export class Shell {
  readonly #options: ShellOptions;
  readonly #exported: string;

  constructor(options: ShellOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.#options = options;
    this.#exported = join(options.folder, 'exported.sh');
    rmSync(this.#exported, { force: true });
  }

  /** The command as it is run here. */
  resolve(command: string): string {
    return Object.entries(this.#options.values).reduce(
      (text, [name, value]) => text.replaceAll(name, value),
      command,
    );
  }

  async run(command: string): Promise<Output> {
    const { folder, env } = this.#options;
    const before = existsSync(this.#exported) ? readFileSync(this.#exported, 'utf8') : '';
    const keep = /^export\s/.test(command) ? `\nexport -p > '${this.#exported}'` : '';
    return run('bash', ['-euc', `${before}\n${this.resolve(command)}${keep}`], {
      cwd: folder,
      env: { ...env, PATH: [PROGRAMS, dirname(process.execPath), process.env['PATH']].join(delimiter) },
      timeoutS: 400,
    });
  }
}

/** What is known of a command. */
export interface Expectation {
  /** Of the commands that begin so; without the `npx --yes pnpm@12` of those of `notify`. */
  readonly beginning: string;
  /** Makes what the command is about. */
  readonly before?: () => Promise<void>;
  /** What it prints when it does what the page says of it. */
  readonly says?: RegExp;
}

export interface PageReport {
  /** Those that were run. */
  readonly commands: number;
  /** Those that the page says need AWS. */
  readonly needAws: number;
  /** What was wrong with a command, for each of those that failed. */
  readonly failures: readonly string[];
}

/** Runs the commands of a part of a page; all of them, whatever becomes of one. */
export const runPage = async (
  shell: Shell,
  page: string,
  expectations: readonly Expectation[] = [],
): Promise<PageReport> => {
  const commands = documentedCommands(page);
  const failures: string[] = [];
  for (const command of commands) {
    if (command.needsAws !== undefined) continue;
    const failure = await runCommand(shell, command.text, expectations);
    if (failure) failures.push(`line ${command.line}: ${command.text}\n${failure}`);
  }
  const needAws = commands.filter(({ needsAws }) => needsAws !== undefined).length;
  return { commands: commands.length - needAws, needAws, failures };
};

/** Gives what is wrong with it, if anything is. */
const runCommand = async (
  shell: Shell,
  command: string,
  expectations: readonly Expectation[],
): Promise<string | undefined> => {
  const unknown = /<[a-z_-]+>|…/.exec(shell.resolve(command));
  if (unknown) return `Nothing is known of ${unknown[0]}.`;
  const plain = command.replace(/^npx --yes pnpm@12 /, '');
  const expected = expectations.filter(({ beginning }) => plain.startsWith(beginning));
  for (const { before } of expected) await before?.();
  const { code, text } = await shell.run(command);
  // For `notify`, 1 says that there is something left to see to.
  if (code > (plain.startsWith('notify ') ? EXIT.attention : EXIT.ok))
    return `ended with ${code}: ${text.slice(-2_000)}`;
  const unsaid = expected.find(({ says }) => says && !says.test(text));
  return unsaid && `does not say ${unsaid.says}: ${text.slice(-2_000)}`;
};
