import { setTimeout } from 'node:timers/promises';

export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds; it doubles with each attempt. */
  readonly baseMs?: number;
  /** Upper bound of any wait, in milliseconds. */
  readonly capMs?: number;
  /** How often a wait is granted before the work is given back. */
  readonly attempts?: number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * Full jitter: a wait is anything between nothing and the bound of its attempt, so that the functions a throttle hit
 * together do not come back together. See "Exponential Backoff And Jitter" in the AWS Architecture Blog.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;

  constructor(options: BackoffOptions = {}) {
    this.#options = {
      baseMs: 25,
      capMs: 1_000,
      attempts: 8,
      random: Math.random,
      sleep: setTimeout,
      ...options,
    };
  }

  /**
   * Waits before the next attempt.
   * @param attempt from 0
   * @param timeMs what is left to wait and work in
   * @returns false, without waiting, when the attempts or the time are used up
   */
  async wait(attempt: number, timeMs: number): Promise<boolean> {
    const { baseMs, capMs, attempts, random, sleep } = this.#options;
    const delayMs = random() * Math.min(capMs, baseMs * 2 ** attempt);
    if (attempt >= attempts || delayMs >= timeMs) return false;
    await sleep(delayMs);
    return true;
  }
}
