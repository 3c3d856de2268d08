import type { ReactNode } from 'react';
import { useMessages } from '../i18n/language.tsx';
import { Failed, Loading } from './states.tsx';

interface AskedProps<Data> {
  readonly found: {
    readonly isPending: boolean;
    readonly data: Data | undefined;
    readonly error: unknown;
    refetch(): unknown;
  };
  /** How many rows there will be, about. */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked for, once it is there; what is known stays when a later question fails. */
export const Asked = <Data,>({ found, rows, children }: AskedProps<Data>) =>
  found.isPending ? (
    <Loading rows={rows} />
  ) : found.data === undefined ? (
    <Failed error={found.error} retry={() => found.refetch()} />
  ) : (
    children(found.data)
  );

interface MoreProps {
  readonly found: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
}

/** Asks for the next page, as long as there is one. */
export const More = ({ found }: MoreProps) => {
  const { more } = useMessages();
  return (
    found.hasNextPage && (
      <button type="button" onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
        {more}
      </button>
    )
  );
};
