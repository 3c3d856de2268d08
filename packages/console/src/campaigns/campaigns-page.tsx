import type { CampaignSummary } from '@notify/client';
import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { client } from '../api/client.ts';
import { usePages } from '../api/use-pages.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked, More } from '../parts/asked.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty } from '../parts/states.tsx';
import { StatusBar } from './status-bar.tsx';

const PAGE_CAMPAIGNS = 50;

export const CampaignsPage = () => {
  const { campaigns: words } = useMessages();
  const found = usePages(['campaigns'], (cursor, signal) =>
    client.report({ query_type: 'campaigns', limit: PAGE_CAMPAIGNS, cursor }, { signal }),
  );
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      <Asked found={found}>
        {({ pages }) => <Campaigns campaigns={pages.flatMap((page) => page.data)} found={found} />}
      </Asked>
    </section>
  );
};

interface CampaignsProps extends ComponentProps<typeof More> {
  readonly campaigns: readonly CampaignSummary[];
}

const Campaigns = ({ campaigns, found }: CampaignsProps) => {
  const { campaigns: words } = useMessages();
  if (campaigns.length === 0) return <Empty title={words.emptyTitle}>{words.empty}</Empty>;
  return (
    <>
      <div className="card flush scroll-x">
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{words.one}</th>
              <th scope="col" className="number">
                {words.total}
              </th>
              <th scope="col" className="wide">
                {words.rate}
              </th>
              <th scope="col" className="number">
                {words.failed}
              </th>
              <th scope="col">{words.last}</th>
            </tr>
          </thead>
          <tbody>
            {campaigns.map((campaign) => (
              <CampaignRow key={campaign.marketing_id} campaign={campaign} />
            ))}
          </tbody>
        </table>
      </div>
      <More found={found} />
      <Terminal path="/campaigns" command="npx --yes pnpm@12 notify campaigns list" />
    </>
  );
};

const CampaignRow = ({ campaign }: { readonly campaign: CampaignSummary }) => {
  const { number, percent, time } = useFormat();
  const { marketing_id, total, by_status, updated_at, last_created_at } = campaign;
  const last = updated_at ?? last_created_at;
  return (
    <tr>
      <th scope="row">
        <Link to="/campaigns/$marketingId" params={{ marketingId: marketing_id }}>
          {marketing_id}
        </Link>
      </th>
      <td className="number">{number(total)}</td>
      <td className="wide">
        <StatusBar counts={by_status} total={total} />
        <span>{total === 0 ? '–' : percent(by_status.DELIVERED / total)}</span>
      </td>
      <td className="number">{number(by_status.FAILED)}</td>
      <td>{last === null ? '–' : time(last)}</td>
    </tr>
  );
};
