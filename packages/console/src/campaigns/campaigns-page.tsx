import type { CampaignSummary } from '@notify/client';
import { Link } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { usePages } from '../api/use-pages.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { More } from '../parts/asked.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { StatusBar } from './status-bar.tsx';

const PAGE_CAMPAIGNS = 50;

export const CampaignsPage = () => {
  const { campaigns: words } = useMessages();
  const found = usePages(['campaigns'], (cursor, signal) =>
    client.report({ query_type: 'campaigns', limit: PAGE_CAMPAIGNS, cursor }, { signal }),
  );
  const campaigns = found.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      {found.isPending ? (
        <Loading />
      ) : found.isError && campaigns.length === 0 ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : campaigns.length === 0 ? (
        <Empty title={words.emptyTitle}>{words.empty}</Empty>
      ) : (
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
      )}
    </section>
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
