import { FINDINGS, type Finding, type Verdict } from './judge.ts';

/** So many of one kind are shown whole; of the rest only the number. */
const SHOWN = 5;

/** Counts what was sent and what was found, and shows each finding with how to see it again. */
export class Tally {
  requests = 0;
  readonly found: Record<Finding, number> = { server_errors: 0, schema_breaks: 0, undocumented: 0, leaks: 0 };
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** @param replay how to see it again, line by line */
  add(verdict: Verdict, name: string, replay: readonly string[]): void {
    for (const [finding, what] of verdict) {
      this.found[finding]++;
      if (this.found[finding] > SHOWN) continue;
      this.#say(`\n${finding}: ${name}: ${what}`);
      for (const line of replay) this.#say(`  ${line}`);
    }
  }

  get isClean(): boolean {
    return FINDINGS.every((finding) => this.found[finding] === 0);
  }

  get summary(): string {
    return [
      `requests=${this.requests}`,
      ...FINDINGS.map((finding) => `${finding}=${this.found[finding]}`),
    ].join(' ');
  }
}
