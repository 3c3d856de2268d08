/** How many invocations run at once: of all functions together, as the quota of an AWS account has it, or of one that has its share reserved. */
export class Concurrency {
  readonly #waiting = new Set<(entered: boolean) => void>();
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  /**
   * Waits for its turn, first come, first served. Whoever has entered has to leave.
   * @param signal ends the wait
   * @param waitMs the longest that it waits, in milliseconds; as long as it takes without it
   * @returns whether it has entered
   */
  enter(signal: AbortSignal, waitMs?: number): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const settle = (entered: boolean) => {
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', giveUp);
        clearTimeout(timer);
        resolve(entered);
      };
      const giveUp = () => settle(false);
      const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(settle);
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next) next(true);
    else this.#free++;
  }
}
