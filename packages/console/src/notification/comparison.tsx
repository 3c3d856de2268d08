import type { Explanation } from '../api/api.ts';
import { useMessages } from '../i18n/language.tsx';
import { Badge } from '../parts/badges.tsx';

/** Command, row and quarantine beside each other, field by field. */
export const Comparison = ({ explanation }: { readonly explanation: Explanation }) => {
  const { notification: words } = useMessages();
  const { command, row, quarantine, differences } = explanation;
  const differing = new Set(
    differences.map((difference) => (typeof difference === 'string' ? difference : difference.field)),
  );
  const fields = [...new Set([...Object.keys(command ?? {}), ...Object.keys(row ?? {})])].sort();
  return (
    <div className="card">
      <div className="scroll-x">
        <table className="comparison">
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.command}</th>
              <th scope="col">{words.row}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field} className={differing.has(field) ? 'differs' : undefined}>
                <th scope="row">
                  {field} {differing.has(field) && <Badge tone="bad">{words.differs}</Badge>}
                </th>
                <td>{shown(command?.[field])}</td>
                <td>{shown(row?.[field])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>{words.quarantine}</h2>
      {quarantine.length === 0 ? (
        <p className="muted">{words.none}</p>
      ) : (
        quarantine.map((entry) => (
          <dl key={JSON.stringify(entry)} className="entry">
            {Object.entries(entry).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="mono">{shown(value)}</dd>
              </div>
            ))}
          </dl>
        ))
      )}
    </div>
  );
};

const shown = (value: unknown): string =>
  value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
