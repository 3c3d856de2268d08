interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly hint?: string;
  readonly tone?: string;
}

/** One number that matters. */
export const Tile = ({ name, value, hint, tone = '' }: TileProps) => (
  <div className={`tile ${tone}`}>
    <dt>{name}</dt>
    <dd>
      {value} {hint && <small className="muted">{hint}</small>}
    </dd>
  </div>
);
