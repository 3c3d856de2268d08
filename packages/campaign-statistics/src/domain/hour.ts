const HOUR_MS = 3_600_000;
/** The last time that a date can stand for; later ones are counted in its hour. */
const LAST_TIME = 8.64e15;

/** An hour in UTC. */
export interface Hour {
  /** Such as `2026-11`. */
  readonly month: string;
  /** Within the month: day and hour, such as `24T13`. */
  readonly name: string;
}

/** The hours that were asked for, for most of a batch are sent in a few of them. */
const known = new Map<number, Hour>();
const MAX_KNOWN = 1_000;

/** @param time milliseconds since 1970 */
export const hourOf = (time: number): Hour => {
  const number = Math.floor(Math.min(time, LAST_TIME) / HOUR_MS);
  let hour = known.get(number);
  if (!hour) {
    const text = new Date(number * HOUR_MS).toISOString();
    // From the right, for years beyond 9999 have six digits and a sign.
    hour = { month: text.slice(0, -17), name: text.slice(-16, -11) };
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(number, hour);
  }
  return hour;
};

/** The hour in ISO 8601, such as `2026-11-24T13:00:00Z`. */
export const isoHour = ({ month, name }: Hour): string => `${month}-${name}:00:00Z`;
