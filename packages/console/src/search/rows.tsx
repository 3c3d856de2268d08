import type { Notification } from '@notify/client';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { StatusBadge } from '../parts/badges.tsx';
import { rowKey } from './live-rows.ts';

const ROW_PX = 58;

interface Found {
  readonly rows: readonly Notification[];
  readonly pending: number;
  readonly admit: () => void;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isError: boolean;
  readonly fetchNextPage: () => unknown;
}

interface RowsProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly found: Found;
}

/** The rows as a table of which only what is in sight is in the page; the next page is asked for before its end comes. */
export const Rows = ({ scroller, found }: RowsProps) => {
  const { column, search: words } = useMessages();
  const { rows, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = found;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    getItemKey: (index) => {
      const row = rows[index];
      return row ? rowKey(row) : index;
    },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 40 && hasNextPage && !isFetchingNextPage && !isError) fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);

  const admit = () => {
    scroller.current?.scrollTo({ top: 0 });
    found.admit();
  };
  return (
    <div className="rows">
      {found.pending > 0 && (
        <button type="button" className="fresh" onClick={admit}>
          ↑ {words.fresh(found.pending)}
        </button>
      )}
      <div
        ref={scroller}
        className="scroller"
        role="table"
        aria-label={words.title}
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
        tabIndex={0}
      >
        <div role="rowgroup" className="columns">
          <div role="row">
            <span role="columnheader">{column.status}</span>
            <span role="columnheader">{column.title}</span>
            <span role="columnheader">{column.user}</span>
            <span role="columnheader">{column.platform}</span>
            <span role="columnheader">{column.created}</span>
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            return row && <Row key={key} row={row} index={index} start={start} />;
          })}
        </div>
      </div>
    </div>
  );
};

const Row = ({
  row,
  index,
  start,
}: {
  readonly row: Notification;
  readonly index: number;
  readonly start: number;
}) => {
  const { time } = useFormat();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="row"
      style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
    >
      <span role="cell">
        <StatusBadge status={row.status} />
      </span>
      <span role="cell" className="what">
        <Link
          to="/notification/$transactionId"
          params={{ transactionId: row.transaction_id }}
          search={{ created_at: row.created_at }}
        >
          {row.notification_title || row.transaction_id}
        </Link>
        <small className="muted">
          {row.status === 'FAILED' && row.error_msg
            ? row.error_msg
            : row.notification_body || row.transaction_id}
        </small>
      </span>
      <span role="cell" className="user">
        {row.user_id ?? '–'}
      </span>
      <span role="cell" className="platform">
        {row.platform ?? '–'}
      </span>
      <span role="cell" className="time">
        {time(row.created_at)}
      </span>
    </div>
  );
};
