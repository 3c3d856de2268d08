import { PLATFORMS, type Platform, STATUSES, type Status } from '@notify/shared-domain';
import type { Contribution } from './contribution.ts';

/**
 * Counts by name: `s IOS SENT` for a status on a platform, `h 24T13` for an hour of the month, `r IOS BadDeviceToken` for a reason
 * of failures, `o IOS` for all reasons that found no room. A count can be below 0 in one part of a campaign: a notification may be
 * counted in one shard and taken away in another.
 */
export type Tally = Map<string, number>;

/** So many reasons are told apart in one part of a campaign, which keeps its item small. */
export const MAX_REASONS = 256;

/** Counts of one part of a campaign, and the times between which its notifications were made. */
export interface Counts {
  readonly tally: Tally;
  /** Created first and last, of all that were ever counted; milliseconds since 1970. */
  readonly firstCreatedAt: number | undefined;
  readonly lastCreatedAt: number | undefined;
}

export const NOTHING: Counts = { tally: new Map(), firstCreatedAt: undefined, lastCreatedAt: undefined };

/** Adds a contribution, or takes it away. */
export const count = (tally: Tally, { status, platform, hour, reason }: Contribution, sign: 1 | -1): void => {
  add(tally, `s ${platform} ${status}`, sign);
  add(tally, `h ${hour.name}`, sign);
  if (reason !== undefined) add(tally, `r ${platform} ${reason}`, sign);
};

/**
 * Adds to one count. A reason for which there is no room is counted with the others of its platform. A reason that has a place keeps
 * it, even at 0: else it would be taken away from one count after it was added to another.
 */
export const add = (tally: Tally, name: string, amount: number): void => {
  const before = tally.get(name);
  if (before === undefined && name.startsWith('r ') && reasonsOf(tally) >= MAX_REASONS) {
    add(tally, `o ${platformOf(name)}`, amount);
    return;
  }
  const after = (before ?? 0) + amount;
  if (after === 0 && !name.startsWith('r ')) tally.delete(name);
  else tally.set(name, after);
};

/** The sum of two. */
export const sum = (a: Counts, b: Counts): Counts => combine(a, b, 1);

/** What has to be added to `b` to have `a`; the times are those of `a`. */
export const difference = (a: Counts, b: Counts): Counts => ({ ...combine(a, b, -1), ...timesOf(a) });

const combine = (a: Counts, b: Counts, sign: 1 | -1): Counts => {
  const tally = new Map(a.tally);
  for (const [name, amount] of b.tally) add(tally, name, sign * amount);
  return {
    tally,
    firstCreatedAt: least(a.firstCreatedAt, b.firstCreatedAt),
    lastCreatedAt: greatest(a.lastCreatedAt, b.lastCreatedAt),
  };
};

const timesOf = ({ firstCreatedAt, lastCreatedAt }: Counts) => ({ firstCreatedAt, lastCreatedAt });

export const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
export const greatest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

const reasonsOf = (tally: Tally): number => {
  let reasons = 0;
  for (const name of tally.keys()) if (name.startsWith('r ')) reasons++;
  return reasons;
};

const platformOf = (name: string): string => name.slice(2, name.indexOf(' ', 2));

/** A tally as the statistics know it: each count that is not 0, by what it counts. */
export interface Breakdown {
  readonly byStatus: Readonly<Record<Status, number>>;
  readonly byPlatform: Readonly<Record<Platform, number>>;
  /** Without those under `other`. */
  readonly reasons: readonly {
    readonly reason: string;
    readonly platform: Platform;
    readonly count: number;
  }[];
  /** Failures whose reason found no room. */
  readonly other: Readonly<Record<Platform, number>>;
  /** By day and hour, such as `24T13`. */
  readonly hours: ReadonlyMap<string, number>;
}

const zeros = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

export const breakDown = (tally: Tally): Breakdown => {
  const byStatus = zeros(STATUSES);
  const byPlatform = zeros(PLATFORMS);
  const other = zeros(PLATFORMS);
  const reasons: { reason: string; platform: Platform; count: number }[] = [];
  const hours = new Map<string, number>();
  for (const [name, amount] of tally) {
    const rest = name.slice(2);
    const platform = platformOf(`${name} `) as Platform;
    const behind = rest.slice(platform.length + 1);
    switch (name[0]) {
      case 's':
        byStatus[behind as Status] += amount;
        byPlatform[platform] += amount;
        break;
      case 'r':
        // Below 0: it was counted with the others, for want of room, and taken away by its name.
        if (amount > 0) reasons.push({ reason: behind, platform, count: amount });
        else other[platform] += amount;
        break;
      case 'o':
        other[platform] += amount;
        break;
      default:
        hours.set(rest, amount);
    }
  }
  return { byStatus, byPlatform, reasons, other, hours };
};
