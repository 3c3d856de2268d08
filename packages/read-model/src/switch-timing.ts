/** How instances that share nothing but a clock and one item change tables together; all in milliseconds. See ADR 0010. */
export interface SwitchTiming {
  /** A placement younger than this is used as it is. */
  readonly freshMs: number;
  /** An older one is used while a new one is on its way; beyond this age it is not used at all. */
  readonly validMs: number;
  /** For so long before a switch no write begins, so that those under way come to their end and indexes catch up. */
  readonly holdBeforeMs: number;
  /** For so long after it no write begins either: the clocks of instances differ, and a page may take a while to read. */
  readonly holdAfterMs: number;
}

export const SWITCH_TIMING: SwitchTiming = {
  freshMs: 1_000,
  validMs: 5_000,
  holdBeforeMs: 2_000,
  holdAfterMs: 1_000,
};
