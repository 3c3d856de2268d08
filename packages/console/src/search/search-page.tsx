import { PLATFORMS, STATUSES } from '@notify/shared-domain';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Rows } from './rows.tsx';
import {
  defined,
  isComplete,
  isLatest,
  KINDS,
  type Kind,
  type Search,
  toCommand,
  toPath,
  toQuery,
} from './search.ts';
import { useRows } from './use-rows.ts';

export const SearchPage = () => {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const { search: words } = useMessages();
  const { number } = useFormat();
  const [isLive, setLive] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const found = useRows(search, isLive, () => (scroller.current?.scrollTop ?? 0) < 8);
  const count = number(found.rows.length);

  const change = (changes: Partial<Record<keyof Search, string | undefined>>) =>
    navigate({ search: (before: Search) => defined({ ...before, ...changes }) as Search });

  return (
    <section className="page search">
      <div className="head">
        <div>
          <h1>{words.title}</h1>
          <p className="muted">{words.lead}</p>
        </div>
        <label className="live" title={words.liveHelp}>
          <input
            type="checkbox"
            role="switch"
            aria-checked={isLive}
            checked={isLive}
            onChange={(event) => setLive(event.target.checked)}
          />
          <span>{words.live}</span>
        </label>
      </div>
      <SearchForm search={search} change={change} />
      {!isComplete(search) ? (
        <Empty title={words.askTitle}>{words.ask}</Empty>
      ) : found.isPending ? (
        <Loading rows={10} />
      ) : found.isError && found.rows.length === 0 ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : found.rows.length === 0 && !found.hasNextPage ? (
        <Empty title={words.emptyTitle}>
          <p>{words.empty}</p>
        </Empty>
      ) : (
        <>
          <Rows scroller={scroller} found={found} />
          <footer className="foot">
            <span aria-live="polite">
              {found.isFetchingNextPage
                ? words.more
                : found.hasNextPage
                  ? words.loaded(count)
                  : isLatest(search)
                    ? words.latestLoaded(count)
                    : words.allLoaded(count)}
            </span>
            <Terminal path={toPath(toQuery(search))} command={toCommand(search)} />
          </footer>
        </>
      )}
    </section>
  );
};

interface FormProps {
  readonly search: Search;
  readonly change: (changes: Partial<Record<keyof Search, string | undefined>>) => void;
}

const SearchForm = ({ search, change }: FormProps) => {
  const { search: words } = useMessages();
  const by: Kind = search.by ?? 'tx';
  const [id, setId] = useState(search.id ?? '');
  useEffect(() => setId(search.id ?? ''), [search.id]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ id: id.trim() || undefined });
  };
  const isFiltered = search.status || search.platform || search.from || search.to || search.order;
  return (
    <form className="filters" onSubmit={submit}>
      <fieldset className="kinds">
        <legend className="hidden">{words.by}</legend>
        {KINDS.map((kind) => (
          <label key={kind} className={kind === by ? 'chosen' : undefined}>
            <input
              type="radio"
              name="by"
              value={kind}
              checked={kind === by}
              onChange={() => change({ by: kind === 'tx' ? undefined : kind, id: id.trim() || undefined })}
            />
            {words.kinds[kind]}
          </label>
        ))}
      </fieldset>
      <label className="field id">
        <span className="hidden">{words.id}</span>
        <input
          type="search"
          name="id"
          value={id}
          placeholder={words.idPlaceholder[by]}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          onChange={(event) => setId(event.target.value)}
        />
        <button type="submit">{words.go}</button>
      </label>
      <div className="more">
        {by !== 'fail' && (
          <Choice
            label={words.status}
            value={search.status}
            values={STATUSES}
            any={words.any}
            choose={(status) => change({ status })}
          />
        )}
        <Choice
          label={words.platform}
          value={search.platform}
          values={PLATFORMS}
          any={words.any}
          choose={(platform) => change({ platform })}
        />
        <label className="field">
          <span>{words.from}</span>
          <input
            type="datetime-local"
            value={search.from ?? ''}
            onChange={(event) => change({ from: event.target.value || undefined })}
          />
        </label>
        <label className="field">
          <span>{words.to}</span>
          <input
            type="datetime-local"
            value={search.to ?? ''}
            onChange={(event) => change({ to: event.target.value || undefined })}
          />
        </label>
        <label className="field">
          <span>{words.order}</span>
          <select
            value={search.order ?? 'desc'}
            onChange={(event) => change({ order: event.target.value === 'asc' ? 'asc' : undefined })}
          >
            <option value="desc">{words.newest}</option>
            <option value="asc">{words.oldest}</option>
          </select>
        </label>
        {isFiltered && (
          <button
            type="button"
            className="quiet"
            onClick={() =>
              change({
                status: undefined,
                platform: undefined,
                from: undefined,
                to: undefined,
                order: undefined,
              })
            }
          >
            {words.clear}
          </button>
        )}
      </div>
    </form>
  );
};

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly any: string;
  readonly choose: (value: string | undefined) => void;
}

const Choice = ({ label, value, values, any, choose }: ChoiceProps) => (
  <label className="field">
    <span>{label}</span>
    <select value={value ?? ''} onChange={(event) => choose(event.target.value || undefined)}>
      <option value="">{any}</option>
      {values.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  </label>
);
