import { styleText } from 'node:util';
import Table from 'cli-table3';
import { printableCell } from './printable.ts';

/** A value for a cell: a Date is a moment, a {@link Bar} a part of a whole; anything else its text. */
export type Cell = unknown;

/** A number as a bar, for those who see it; for others it is nothing. */
export class Bar {
  readonly share: number;

  /** @param share of the longest bar, 0 to 1 */
  constructor(share: number) {
    this.share = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  }
}

export interface TableStyle {
  /** Whether people look at it: else columns are parted by tabs, and moments are in UTC. */
  readonly forPeople: boolean;
  readonly colours: boolean;
}

/** Rows in columns. Those for people keep the widths that the first rows have asked for. */
export class TableFormat {
  readonly #head: readonly string[];
  readonly #style: TableStyle;
  #widths: number[] | undefined;
  #aligns: ('left' | 'right')[] = [];

  constructor(head: readonly string[], style: TableStyle) {
    this.#head = head;
    this.#style = style;
  }

  /** The lines of these rows, without a line feed at the end; with the head before the first ones. */
  format(rows: readonly (readonly Cell[])[]): string {
    const isFirst = this.#widths === undefined;
    if (!this.#style.forPeople) {
      this.#widths = [];
      const lines = rows.map((row) => row.map(plain));
      return [...(isFirst ? [[...this.#head]] : []), ...lines].map((row) => row.join('\t')).join('\n');
    }
    if (isFirst) this.#layOut(rows);
    const table = new Table({
      ...(isFirst ? { head: this.#heads(rows) } : {}),
      ...(isFirst ? {} : { colWidths: this.#widths ?? [] }),
      colAligns: this.#aligns,
      chars: NO_RULES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    });
    table.push(...rows.map((row) => row.map((value) => this.#shown(value))));
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
  }

  #layOut(rows: readonly (readonly Cell[])[]): void {
    this.#aligns = this.#head.map((_, column) => {
      const values = rows.map((row) => row[column]).filter((value) => value !== undefined && value !== null);
      return values.length > 0 && values.every((value) => typeof value === 'number') ? 'right' : 'left';
    });
    const heads = this.#heads(rows);
    this.#widths = heads.map((head, column) => {
      const longest = rows.map((row) => widthOf(this.#shown(row[column])));
      return Math.max(widthOf(head), ...longest) + 2;
    });
  }

  /** The zone of the moments stands once, in the head. */
  #heads(rows: readonly (readonly Cell[])[]): string[] {
    return this.#head.map((name, column) => {
      const moment = rows.map((row) => row[column]).find((value) => value instanceof Date);
      const zoned = moment instanceof Date ? `${name} (${zoneOf(moment)})` : name;
      return this.#style.colours ? styleText('bold', zoned, { validateStream: false }) : zoned;
    });
  }

  #shown(value: Cell): string {
    if (value instanceof Date) return localTime(value);
    if (value instanceof Bar)
      return '█'.repeat(Math.round(value.share * BAR_LENGTH)) || (value.share > 0 ? '▏' : '');
    const text = plain(value);
    const colour = this.#style.colours ? COLOURS[text] : undefined;
    return colour === undefined ? text : styleText(colour, text, { validateStream: false });
  }
}

const BAR_LENGTH = 30;

const COLOURS: Readonly<Record<string, 'green' | 'red' | 'yellow' | 'cyan'>> = {
  SENT: 'cyan',
  DELIVERED: 'green',
  FAILED: 'red',
  'in step': 'green',
  'on its way': 'cyan',
  'set aside': 'yellow',
  differs: 'red',
};

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

const plain = (value: Cell): string => {
  if (value === undefined || value === null || value instanceof Bar) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return printableCell(String(value));
};

/** `2026-11-24 19:30:00.000`, in the zone of whoever looks. */
const localTime = (moment: Date): string => {
  if (Number.isNaN(moment.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
  return `${day} ${time}.${String(moment.getMilliseconds()).padStart(3, '0')}`;
};

const zoneOf = (moment: Date): string =>
  Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(moment)
    .find(({ type }) => type === 'timeZoneName')?.value ?? 'local';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such
const COLOUR_CODES = /\u001b\[[0-9;]*m/g;
/** East Asian text takes two columns a character, as far as blocks of Unicode tell. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

const widthOf = (text: string): number => {
  const bare = text.replace(COLOUR_CODES, '');
  return [...bare].length + (bare.match(WIDE)?.length ?? 0);
};
