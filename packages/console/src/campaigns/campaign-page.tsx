import type { CampaignStatistics } from '@notify/client';
import { shellQuoted } from '@notify/shared-domain';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked } from '../parts/asked.tsx';
import { Terminal } from '../parts/copy.tsx';
import { BackIcon, DownloadIcon } from '../parts/icons.tsx';
import { Tile } from '../parts/tile.tsx';
import { toCsv } from './csv.ts';
import { Hours } from './hours.tsx';

const LIVE_MS = 2_000;

export const CampaignPage = () => {
  const { marketingId } = useParams({ from: '/campaigns/$marketingId' });
  const { campaigns: words } = useMessages();
  const found = useQuery({
    queryKey: ['campaign', marketingId],
    queryFn: ({ signal }) => client.report({ query_type: 'campaign', marketing_id: marketingId }, { signal }),
    refetchInterval: LIVE_MS,
  });
  return (
    <section className="page campaign">
      <Link to="/campaigns" className="back">
        <BackIcon /> {words.title}
      </Link>
      <div className="head">
        <h1>{marketingId}</h1>
        <div className="actions">
          <Link to="/" search={{ by: 'marketing', id: marketingId }}>
            {words.list}
          </Link>
          {found.data && <CsvButton campaign={found.data.data} />}
        </div>
      </div>
      <Asked found={found}>{({ data }) => <Counted campaign={data} />}</Asked>
      <Terminal
        path={`/query/campaign?${new URLSearchParams({ marketing_id: marketingId })}`}
        command={`npx --yes pnpm@12 notify campaigns show ${shellQuoted(marketingId)}`}
      />
    </section>
  );
};

const CsvButton = ({ campaign }: { readonly campaign: CampaignStatistics }) => {
  const { campaigns: words } = useMessages();
  const save = () => {
    const url = URL.createObjectURL(new Blob([toCsv(campaign)], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${campaign.marketing_id.replaceAll(/[^\w.-]/g, '_')}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" onClick={save}>
      <DownloadIcon /> {words.csv}
    </button>
  );
};

const Counted = ({ campaign }: { readonly campaign: CampaignStatistics }) => {
  const { campaigns: words } = useMessages();
  const { number, time } = useFormat();
  const { total, by_status, by_platform, first_created_at, last_created_at } = campaign;
  const done = by_status.DELIVERED + by_status.FAILED;
  const funnel = [
    { name: words.accepted, count: total, tone: 'info' },
    { name: words.reached, count: done, tone: 'info' },
    { name: words.delivered, count: by_status.DELIVERED, tone: 'good' },
  ];
  return (
    <>
      <dl className="tiles">
        <Tile name={words.total} value={number(total)} />
        <Tile name={words.delivered} value={number(by_status.DELIVERED)} tone="good" />
        <Tile name={words.sent} value={number(by_status.SENT)} hint={words.waiting} tone="info" />
        <Tile name={words.failed} value={number(by_status.FAILED)} tone="bad" />
      </dl>
      <div className="columns-2">
        <div className="card">
          <h2>{words.funnel}</h2>
          <ul className="funnel">
            {funnel.map(({ name, count, tone }) => (
              <Share key={name} name={name} count={count} total={total} tone={tone} />
            ))}
          </ul>
          <ul className="funnel small">
            {Object.entries(by_platform).map(([name, count]) => (
              <Share key={name} name={name} count={count} total={total} tone="plain" />
            ))}
          </ul>
          <p className="muted">
            {words.first} {first_created_at === null ? '–' : time(first_created_at)} · {words.last}{' '}
            {last_created_at === null ? '–' : time(last_created_at)}
          </p>
        </div>
        <div className="card">
          <h2>{words.byHour}</h2>
          <Hours hours={campaign.by_hour} label={words.byHour} />
        </div>
      </div>
      <div className="card">
        <h2>{words.failures}</h2>
        <Failures campaign={campaign} />
      </div>
    </>
  );
};

interface ShareProps {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly tone: string;
}

const Share = ({ name, count, total, tone }: ShareProps) => {
  const { number, percent } = useFormat();
  const share = total === 0 ? 0 : count / total;
  return (
    <li>
      <span>{name}</span>
      <span className="number">
        {number(count)} <small className="muted">{percent(share)}</small>
      </span>
      <i className={tone} style={{ width: `${share * 100}%` }} />
    </li>
  );
};

const Failures = ({ campaign }: { readonly campaign: CampaignStatistics }) => {
  const { campaigns: words } = useMessages();
  const { number } = useFormat();
  if (campaign.failures.length === 0) return <p className="muted">{words.noFailures}</p>;
  const platforms = [...new Set(campaign.failures.map(({ platform }) => platform))].sort();
  const reasons = [...new Set(campaign.failures.map(({ reason }) => reason))];
  const count = (reason: string, platform: string) =>
    campaign.failures
      .filter((failure) => failure.reason === reason && failure.platform === platform)
      .reduce((sum, failure) => sum + failure.count, 0);
  const most = Math.max(...campaign.failures.map((failure) => failure.count));
  return (
    <div className="scroll-x">
      <table className="list heat">
        <thead>
          <tr>
            <th scope="col">{words.reason}</th>
            {platforms.map((platform) => (
              <th key={platform} scope="col" className="number">
                {platform}
              </th>
            ))}
            <th scope="col" className="number">
              {words.count}
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map((reason) => (
            <tr key={reason}>
              <th scope="row">{reason === 'other' ? words.other : reason}</th>
              {platforms.map((platform) => {
                const failures = count(reason, platform);
                return (
                  <td key={platform} className="number">
                    <i style={{ opacity: failures / most }} />
                    <span>{failures === 0 ? '·' : number(failures)}</span>
                  </td>
                );
              })}
              <td className="number">
                {number(platforms.reduce((sum, platform) => sum + count(reason, platform), 0))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
