import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { askUser } from '../api/users.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Curl } from '../parts/copy.tsx';
import { BackIcon } from '../parts/icons.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { Tile } from '../parts/tile.tsx';

const LIVE_MS = 2_000;

export const UserPage = () => {
  const { userId } = useParams({ from: '/users/$userId' });
  const { users: words } = useMessages();
  const { number } = useFormat();
  const found = useQuery({
    queryKey: ['user', userId],
    queryFn: ({ signal }) => askUser(userId, signal),
    refetchInterval: LIVE_MS,
  });
  return (
    <section className="page">
      <Link to="/users" className="back">
        <BackIcon /> {words.title}
      </Link>
      <div className="head">
        <h1>{userId}</h1>
        <Link to="/" search={{ by: 'user', id: userId }}>
          {words.notifications}
        </Link>
      </div>
      {found.isPending ? (
        <Loading rows={2} />
      ) : found.data === undefined ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : (
        <dl className="tiles">
          <Tile name={words.balance} value={number(found.data.Balance)} />
          <Tile name={words.name} value={found.data.Name ?? words.erased} />
          <Tile name={words.email} value={found.data.Email ?? words.erased} />
        </dl>
      )}
      <Curl path={`/console/api/users/detail?${new URLSearchParams({ user_id: userId })}`} />
    </section>
  );
};
