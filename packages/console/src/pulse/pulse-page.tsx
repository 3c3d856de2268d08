import type { PipelineStatus } from '@notify/client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../api/client.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked } from '../parts/asked.tsx';
import { Badge } from '../parts/badges.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty } from '../parts/states.tsx';
import { Tile } from '../parts/tile.tsx';
import { Plot } from './plot.tsx';

const LIVE_MS = 2_000;
const SPAN_MS = 300_000;
const BEHIND_MS = 5_000;

interface Sample {
  readonly at: number;
  readonly status: PipelineStatus;
}

/** The states of the pipeline since this page was opened, at most the last five minutes. */
const useSamples = (status: PipelineStatus | undefined, at: number): readonly Sample[] => {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (!status) return;
    setSamples((before) => [...before.filter((sample) => sample.at > at - SPAN_MS), { at, status }]);
  }, [status, at]);
  return samples;
};

export const PulsePage = () => {
  const { pulse: words } = useMessages();
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => client.report({ query_type: 'status' }, { signal }),
    refetchInterval: LIVE_MS,
    structuralSharing: false,
  });
  const samples = useSamples(found.data?.data, found.dataUpdatedAt);
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      <Asked found={found}>
        {({ data: status }) => (
          <>
            <dl className="tiles">
              <Quarantined status={status} />
              <Tile
                name={words.rebuild}
                value={status.rebuild?.phase ?? words.noRebuild}
                {...(status.rebuild
                  ? { hint: words.filled(number(status.rebuild.filled)), tone: 'info' }
                  : {})}
              />
            </dl>
            {status.projections.length === 0 && <Empty title={words.idle}>{words.quiet}</Empty>}
            {status.projections.map((projection) => (
              <Projection key={projection.name} projection={projection} samples={samples} />
            ))}
          </>
        )}
      </Asked>
      <Terminal path="/status" command="npx --yes pnpm@12 notify lag" />
    </section>
  );
};

const Quarantined = ({ status }: { readonly status: PipelineStatus }) => {
  const { pulse: words } = useMessages();
  const { number } = useFormat();
  const count = status.quarantine.reduce((sum, cause) => sum + cause.count, 0);
  const shown = number(count);
  return (
    <Tile
      name={words.quarantine}
      value={status.quarantine_complete ? shown : words.atLeast(shown)}
      tone={count === 0 ? 'good' : 'warn'}
    />
  );
};

interface ProjectionProps {
  readonly projection: PipelineStatus['projections'][number];
  readonly samples: readonly Sample[];
}

const Projection = ({ projection, samples }: ProjectionProps) => {
  const { pulse: words } = useMessages();
  const { duration, number, time } = useFormat();
  const { name, lag_ms, records_per_s, last_record_at } = projection;
  const series = (of: 'lag_ms' | 'records_per_s') =>
    samples.map(({ at, status }) => ({
      at,
      value: status.projections.find((each) => each.name === name)?.[of] ?? null,
    }));
  const isBehind = lag_ms !== null && lag_ms > BEHIND_MS;
  const rate = (value: number) => number(Math.round(value * 10) / 10);
  return (
    <article className="card" aria-label={name}>
      <div className="head">
        <h2 className="mono">{name}</h2>
        <Badge tone={isBehind ? 'warn' : 'good'}>{isBehind ? words.behind : words.ok}</Badge>
      </div>
      <dl className="facts">
        <div>
          <dt>{words.lag}</dt>
          <dd>{lag_ms === null ? '–' : duration(lag_ms)}</dd>
        </div>
        <div>
          <dt>{words.rate}</dt>
          <dd>{records_per_s === null ? words.idle : rate(records_per_s)}</dd>
        </div>
        <div>
          <dt>{words.last}</dt>
          <dd>{last_record_at === null ? '–' : time(last_record_at)}</dd>
        </div>
      </dl>
      <div className="columns-2">
        <Plot label={words.plot(words.lag)} points={series('lag_ms')} spanMs={SPAN_MS} format={duration} />
        <Plot
          label={words.plot(words.rate)}
          points={series('records_per_s')}
          spanMs={SPAN_MS}
          format={rate}
        />
      </div>
    </article>
  );
};
