import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { askStatus, type Status } from '../api/api.ts';
import { Tile } from '../campaigns/campaign-page.tsx';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Badge } from '../parts/badges.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Plot } from './plot.tsx';

const LIVE_MS = 2_000;
const KEPT = 150;
const BEHIND_MS = 5_000;

interface Sample {
  readonly at: number;
  readonly status: Status;
}

/** The newest states of the pipeline since this page was opened, at most five minutes. */
const useSamples = (status: Status | undefined, at: number): readonly Sample[] => {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (status) setSamples((before) => [...before, { at, status }].slice(-KEPT));
  }, [status, at]);
  return samples;
};

export const PulsePage = () => {
  const { pulse: words } = useMessages();
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => askStatus(signal),
    refetchInterval: LIVE_MS,
    structuralSharing: false,
  });
  const samples = useSamples(found.data, found.dataUpdatedAt);
  const quarantined = found.data?.quarantine.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      {found.isPending ? (
        <Loading />
      ) : found.isError && !found.data ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : (
        <>
          <dl className="tiles">
            <Tile
              name={words.quarantine}
              value={number(quarantined)}
              tone={quarantined === 0 ? 'good' : 'warn'}
            />
            <Tile name={words.rebuild} value={rebuildOf(found.data) ?? words.noRebuild} />
          </dl>
          {found.data?.projections.length === 0 && <Empty title={words.idle}>{words.quiet}</Empty>}
          {found.data?.projections.map((projection) => (
            <Projection key={projection.name} projection={projection} samples={samples} />
          ))}
          <Terminal path="/status" command="npx --yes pnpm@12 notify lag" />
        </>
      )}
    </section>
  );
};

/** The state of a rebuild as a word, however much the service says of it. */
const rebuildOf = (status: Status | undefined): string | undefined => {
  const rebuild = status?.rebuild;
  if (typeof rebuild === 'string') return rebuild;
  if (typeof rebuild !== 'object' || rebuild === null) return undefined;
  const { state, phase, status: word } = rebuild as Record<string, unknown>;
  return String(state ?? phase ?? word ?? '');
};

interface ProjectionProps {
  readonly projection: Status['projections'][number];
  readonly samples: readonly Sample[];
}

const Projection = ({ projection, samples }: ProjectionProps) => {
  const { pulse: words } = useMessages();
  const { duration, number, time } = useFormat();
  const series = (of: 'lag_ms' | 'records_per_s') =>
    samples.map(
      ({ at, status }) =>
        [at / 1_000, status.projections.find(({ name }) => name === projection.name)?.[of] ?? null] as const,
    );
  const { lag_ms, records_per_s, last_record_at } = projection;
  const isBehind = lag_ms !== null && lag_ms > BEHIND_MS;
  return (
    <article className="card" aria-label={projection.name}>
      <div className="head">
        <h2 className="mono">{projection.name}</h2>
        <Badge tone={isBehind ? 'warn' : 'good'}>{isBehind ? words.behind : words.ok}</Badge>
      </div>
      <dl className="facts">
        <div>
          <dt>{words.lag}</dt>
          <dd>{lag_ms === null ? '–' : duration(lag_ms)}</dd>
        </div>
        <div>
          <dt>{words.rate}</dt>
          <dd>{records_per_s === null ? words.idle : number(Math.round(records_per_s * 10) / 10)}</dd>
        </div>
        <div>
          <dt>{words.last}</dt>
          <dd>{last_record_at === null ? '–' : time(last_record_at)}</dd>
        </div>
      </dl>
      <div className="columns-2">
        <Plot label={words.plot(words.lag)} points={series('lag_ms')} format={duration} />
        <Plot label={words.plot(words.rate)} points={series('records_per_s')} format={number} />
      </div>
    </article>
  );
};
