import { type CampaignStatistics, PLATFORMS, type Platform, TOP_REASONS } from '@notify/shared-domain';
import { isoHour } from './hour.ts';
import type { Part, PartKey } from './part.ts';
import { type Breakdown, breakDown, type Counts, greatest, least, NOTHING, sum } from './tally.ts';

/** The statistics of a campaign, from all of its parts. */
export const toStatistics = (
  marketingId: string,
  parts: readonly { readonly key: PartKey; readonly part: Part }[],
): CampaignStatistics => {
  const months = [...countsByMonth(parts)]
    .sort(([a], [b]) => compareMonths(a, b))
    .map(([month, counts]) => ({ month, counts, ...breakDown(counts.tally) }));
  const total = (pick: (breakdown: Breakdown) => number) =>
    months.reduce((count, breakdown) => count + pick(breakdown), 0);
  const by_status = {
    SENT: total(({ byStatus }) => byStatus.SENT),
    DELIVERED: total(({ byStatus }) => byStatus.DELIVERED),
    FAILED: total(({ byStatus }) => byStatus.FAILED),
  };
  const by_platform = {
    IOS: total(({ byPlatform }) => byPlatform.IOS),
    ANDROID: total(({ byPlatform }) => byPlatform.ANDROID),
    WEBPUSH: total(({ byPlatform }) => byPlatform.WEBPUSH),
  };
  const times = months.map(({ counts }) => counts);
  return {
    marketing_id: marketingId,
    total: by_status.SENT + by_status.DELIVERED + by_status.FAILED,
    by_status,
    by_platform,
    first_created_at: times.map((counts) => counts.firstCreatedAt).reduce(least, undefined) ?? null,
    last_created_at: times.map((counts) => counts.lastCreatedAt).reduce(greatest, undefined) ?? null,
    updated_at: Math.max(0, ...parts.map(({ part }) => part.updatedAt)) || null,
    failures: failuresOf(months),
    by_hour: months.flatMap(({ month, hours }) =>
      [...hours]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => ({ hour: isoHour({ month, name }), count })),
    ),
  };
};

/** The counts of each month over all shards. */
export const countsByMonth = (
  parts: readonly { readonly key: PartKey; readonly part: Part }[],
): Map<string, Counts> => {
  const months = new Map<string, Counts>();
  for (const { key, part } of parts) months.set(key.month, sum(months.get(key.month) ?? NOTHING, part));
  return months;
};

/** Years beyond 9999 have a sign and six digits, and come last. */
const compareMonths = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

const failuresOf = (months: readonly Breakdown[]): CampaignStatistics['failures'] => {
  const reasons = new Map<string, { reason: string; platform: Platform; count: number }>();
  const other: Record<Platform, number> = { IOS: 0, ANDROID: 0, WEBPUSH: 0 };
  for (const month of months) {
    for (const { reason, platform, count } of month.reasons) {
      const id = `${platform} ${reason}`;
      reasons.set(id, { reason, platform, count: count + (reasons.get(id)?.count ?? 0) });
    }
    for (const platform of PLATFORMS) other[platform] += month.other[platform];
  }
  const sorted = [...reasons.values()].sort(
    (a, b) => b.count - a.count || (`${a.reason} ${a.platform}` < `${b.reason} ${b.platform}` ? -1 : 1),
  );
  for (const { platform, count } of sorted.slice(TOP_REASONS)) other[platform] += count;
  return [
    ...sorted.slice(0, TOP_REASONS),
    ...PLATFORMS.filter((platform) => other[platform] !== 0).map((platform) => ({
      reason: 'other',
      platform,
      count: other[platform],
    })),
  ];
};
