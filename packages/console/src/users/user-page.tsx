import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { askUser } from '../api/users.ts';
import { useFormat, useMessages } from '../i18n/language.tsx';
import { Asked } from '../parts/asked.tsx';
import { Terminal } from '../parts/copy.tsx';
import { BackIcon } from '../parts/icons.tsx';
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
      <Asked found={found} rows={2}>
        {({ Balance, Name, Email }) => (
          <dl className="tiles">
            <Tile name={words.balance} value={number(Balance)} />
            <Tile name={words.name} value={Name ?? words.erased} />
            <Tile name={words.email} value={Email ?? words.erased} />
          </dl>
        )}
      </Asked>
      <Terminal path={`/console/api/users/detail?${new URLSearchParams({ user_id: userId })}`} />
    </section>
  );
};
