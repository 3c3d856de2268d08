import { once } from 'node:events';
import { confirm, isCancel } from '@clack/prompts';
import { SingleBar } from 'cli-progress';
import { printable } from './printable.ts';
import { type Cell, TableFormat } from './table.ts';

/** How far something long has come. */
export interface Progress {
  /** @param total how much there is, as far as it is known */
  begin(what: string, total?: number): void;
  advance(count: number): void;
  end(): void;
}

interface OpenTable {
  /** The head comes with the first rows, even if there are none. */
  write(rows: readonly (readonly Cell[])[]): Promise<void>;
}

export const NO_PROGRESS: Progress = { begin: () => {}, advance: () => {}, end: () => {} };

export interface Terminal {
  readonly progress: Progress;
  /** Whether someone sits there who can be asked. */
  readonly isInteractive: boolean;
  /** A line about what is going on; never part of the result. */
  note(line: string): void;
  /** A line of the result. */
  say(line: string): void;
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void;
  /** A table whose rows come by and by. */
  openTable(head: readonly string[]): OpenTable;
  /** A part of the result that a program reads, as it is; resolves when there is room for more. */
  write(text: string): Promise<void>;
  confirm(question: string): Promise<boolean>;
}

/**
 * Results go to stdout, all else to stderr, so that a pipe gets only what it wants. Whatever is said, a terminal obeys none of it: what
 * records hold passes here unread.
 */
export const createTerminal = (json: boolean): Terminal => {
  const isTTY = process.stderr.isTTY === true;
  const forPeople = process.stdout.isTTY === true;
  const style = { forPeople, colours: forPeople && !process.env['NO_COLOR'] };
  const note = (line: string) => process.stderr.write(`${printable(line)}\n`);
  return {
    progress: isTTY && !json ? new ProgressBar() : new ProgressLines(note),
    isInteractive: isTTY && process.stdin.isTTY === true && !json,
    note,
    say: (line) => console.log(printable(line)),
    table: (head, rows) => console.log(new TableFormat(head, style).format(rows)),
    openTable: (head) => {
      const table = new TableFormat(head, style);
      let isFirst = true;
      return {
        write: async (rows) => {
          if (rows.length === 0 && !isFirst) return;
          isFirst = false;
          await writeOut(`${table.format(rows)}\n`);
        },
      };
    },
    write: (text) => writeOut(forPeople ? printable(text.replaceAll('\r', '')) : text),
    confirm: async (question) => {
      const answer = await confirm({ message: question, initialValue: false });
      return !isCancel(answer) && answer;
    },
  };
};

/** Writes text as it is, and waits where the reader is slower. Who has had enough (`| head`) ends the command. */
const writeOut = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

class ProgressBar implements Progress {
  #bar: SingleBar | undefined;

  begin(what: string, total = 0): void {
    this.end();
    this.#bar = new SingleBar({
      format: `${what} {bar} {value}/{total} {duration_formatted}`,
      hideCursor: true,
      stream: process.stderr,
    });
    this.#bar.start(total, 0);
  }

  advance(count: number): void {
    const bar = this.#bar;
    if (!bar) return;
    bar.increment(count);
    const { value } = bar as unknown as { value: number };
    if (value > bar.getTotal()) bar.setTotal(value);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

const LINE_INTERVAL_MS = 5_000;

class ProgressLines implements Progress {
  readonly #note: (line: string) => void;
  #what: string | undefined;
  #total = 0;
  #value = 0;
  #saidAt = 0;

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  begin(what: string, total = 0): void {
    this.end();
    this.#what = what;
    this.#total = total;
    this.#value = 0;
    this.#saidAt = Date.now();
  }

  advance(count: number): void {
    this.#value += count;
    if (Date.now() - this.#saidAt >= LINE_INTERVAL_MS) this.#line(this.#total ? ` of ${this.#total}` : '');
  }

  end(): void {
    if (this.#what !== undefined && this.#value > 0) this.#line(', done');
    this.#what = undefined;
  }

  #line(suffix: string): void {
    this.#saidAt = Date.now();
    this.#note(`${this.#what}: ${this.#value}${suffix}`);
  }
}
