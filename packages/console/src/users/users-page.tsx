import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askUsers } from '../api/users.ts';
import { useMessages } from '../i18n/language.tsx';
import { Curl } from '../parts/copy.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';

const LIVE_MS = 5_000;

export const UsersPage = () => {
  const { users: words } = useMessages();
  const found = useInfiniteQuery({
    queryKey: ['users'],
    queryFn: ({ pageParam, signal }) => askUsers(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: LIVE_MS,
  });
  const users = found.data?.pages.flatMap((page) => page.users);
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      {found.isPending ? (
        <Loading />
      ) : users === undefined ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : users.length === 0 ? (
        <Empty title={words.emptyTitle}>{words.empty}</Empty>
      ) : (
        <div className="card flush scroll-x">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">{words.id}</th>
                <th scope="col">{words.name}</th>
              </tr>
            </thead>
            <tbody>
              {users.map(({ UserID, Name }) => (
                <tr key={UserID}>
                  <th scope="row">
                    <Link to="/users/$userId" params={{ userId: UserID }}>
                      {UserID}
                    </Link>
                  </th>
                  <td>{Name ?? words.erased}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.hasNextPage && (
        <button type="button" onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {words.more}
        </button>
      )}
      <Curl path="/console/api/users/list" />
    </section>
  );
};
