import { Link } from '@tanstack/react-router';
import { usePages } from '../api/use-pages.ts';
import { askUsers } from '../api/users.ts';
import { useMessages } from '../i18n/language.tsx';
import { Asked, More } from '../parts/asked.tsx';
import { Terminal } from '../parts/copy.tsx';
import { Empty } from '../parts/states.tsx';

export const UsersPage = () => {
  const { users: words } = useMessages();
  const found = usePages(['users'], askUsers);
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="muted">{words.lead}</p>
      <Asked found={found}>
        {({ pages }) => {
          const users = pages.flatMap((page) => page.users);
          if (users.length === 0) return <Empty title={words.emptyTitle}>{words.empty}</Empty>;
          return (
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
          );
        }}
      </Asked>
      <More found={found} />
      <Terminal path="/console/api/users/list" />
    </section>
  );
};
