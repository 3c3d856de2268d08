/** Full jitter: anything between 0 and an exponentially growing, capped ceiling, so that retries never march in step. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

export const fullJitter = ({ baseMs, capMs }: Backoff, attempt: number): number =>
  Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
