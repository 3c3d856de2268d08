export interface BenchOptions {
  /** How much one measurement works on. */
  readonly records: number;
  /** How often each measurement is taken; the median counts. */
  readonly rounds: number;
  /** The folder of an older checkout, installed and built, to stand beside this one. */
  readonly before?: string | undefined;
}
