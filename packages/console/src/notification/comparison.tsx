import type { Explanation } from '@notify/client';
import { useMessages } from '../i18n/language.tsx';
import { Badge } from '../parts/badges.tsx';

/** Command and row beside each other, field by field, and what quarantine holds of them. */
export const Comparison = ({ explanation }: { readonly explanation: Explanation }) => {
  const { notification: words } = useMessages();
  const { command, row, quarantine, differences, created_at } = explanation;
  const differing = new Map(differences.map((difference) => [difference.field, difference]));
  const fields = [
    ...new Set([...Object.keys(command ?? {}), ...Object.keys(row ?? {}), ...differing.keys()]),
  ].sort();
  return (
    <>
      {/* By the key, for those of one transaction stand on one page. */}
      <section
        className="card flush scroll-x"
        aria-label={[words.compared, created_at].join(' ')}
        tabIndex={0}
      >
        <table className="fields">
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.command}</th>
              <th scope="col">{words.row}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => {
              const difference = differing.get(field);
              return (
                <tr key={field} className={difference && 'differs'}>
                  <th scope="row">
                    {field} {difference && <Badge tone="bad">{words.differs}</Badge>}
                  </th>
                  <td>{shown(command?.[field])}</td>
                  <td>
                    {shown(row?.[field])}
                    {difference && (
                      <small className="wrong"> {words.expected(difference.expected ?? '–')}</small>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {quarantine.length > 0 && (
        <div className="card">
          <h2>{words.quarantine}</h2>
          {quarantine.map(({ version, code, detail, event_name, first_seen }) => (
            <dl key={version} className="entry">
              {Object.entries({ code, detail, event_name, first_seen, version }).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="mono">{value ?? '–'}</dd>
                </div>
              ))}
            </dl>
          ))}
        </div>
      )}
    </>
  );
};

const shown = (value: string | number | boolean | undefined): string =>
  value === undefined ? '–' : String(value);
