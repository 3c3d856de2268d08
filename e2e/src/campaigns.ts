import { isDeepStrictEqual } from 'node:util';
import type { CommandRecord } from '@notify/shared-domain';
import type { ReportDoor } from './report-doors.ts';

/** What of a campaign's report follows from its commands alone. */
export const countOf = (commands: readonly CommandRecord[], marketing_id: string) => {
  const own = commands.filter((command) => command.marketing_id === marketing_id);
  const countBy = <Name extends string>(names: readonly Name[], name: (command: CommandRecord) => Name) =>
    Object.fromEntries(names.map((each) => [each, own.filter((command) => name(command) === each).length]));
  return {
    marketing_id,
    total: own.length,
    by_status: countBy(['SENT', 'DELIVERED', 'FAILED'], ({ status }) => status),
    by_platform: countBy(['IOS', 'ANDROID', 'WEBPUSH'], ({ platform }) => platform),
  };
};

/** Why a door's report on a campaign is not the count of its commands; undefined when it is. */
export const campaignDifference = async (
  { name, ask }: Pick<ReportDoor, 'name' | 'ask'>,
  expected: ReturnType<typeof countOf>,
): Promise<string | undefined> => {
  const { status, body } = await ask({ marketing_id: expected.marketing_id });
  const { marketing_id, total, by_status, by_platform, failures, by_hour } =
    (body as { data?: Record<string, never> }).data ?? {};
  const sumOf = (counts: readonly { count: number }[] = []) =>
    counts.reduce((sum, { count }) => sum + count, 0);
  const found = {
    marketing_id,
    total,
    by_status,
    by_platform,
    failures: sumOf(failures),
    by_hour: sumOf(by_hour),
  };
  const wanted = { ...expected, failures: expected.by_status['FAILED'], by_hour: expected.total };
  return status === 200 && isDeepStrictEqual(found, wanted)
    ? undefined
    : `${name}: ${status} ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
};
