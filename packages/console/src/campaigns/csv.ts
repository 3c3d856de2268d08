import type { CampaignStatistics } from '@notify/client';

/** A cell that a spreadsheet shows as text and never reads as a formula. */
const cell = (value: string | number): string => {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The counts of a campaign, one a line: what is counted, of which platform, how many. RFC 4180, with a byte order mark for Excel. */
export const toCsv = ({
  marketing_id,
  total,
  by_status,
  by_platform,
  failures,
  by_hour,
}: CampaignStatistics): string => {
  const lines: (readonly (string | number)[])[] = [
    ['marketing_id', 'what', 'value', 'platform', 'count'],
    [marketing_id, 'total', '', '', total],
    ...Object.entries(by_status).map(([status, count]) => [marketing_id, 'status', status, '', count]),
    ...Object.entries(by_platform).map(([platform, count]) => [
      marketing_id,
      'platform',
      '',
      platform,
      count,
    ]),
    ...failures.map(({ reason, platform, count }) => [marketing_id, 'failure', reason, platform, count]),
    ...by_hour.map(({ hour, count }) => [marketing_id, 'hour', hour, '', count]),
  ];
  return `\uFEFF${lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`;
};
