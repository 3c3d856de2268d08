import { vi } from 'vitest';

/** Waits until the check passes, however busy the machine is. */
export const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 10 });
