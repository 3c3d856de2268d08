import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { NotifyError } from '../session/notify-error.ts';
import type { Classified } from './classify.ts';
import type { SourcePosition } from './source.ts';

export interface Counts {
  /** Read from the source. */
  records: number;
  imported: number;
  /** In the command table already, word for word. */
  already_there: number;
  /** Of those two, malformed: they wait in quarantine. */
  quarantined: number;
  /** Written to the file of what was set aside. */
  set_aside: number;
}

interface State {
  readonly version: 1;
  /** What was asked for; another import does not go on from here. */
  readonly plan: string;
  readonly position: SourcePosition;
  readonly counts: Counts;
  readonly changes: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly setAsideBytes: number;
}

export type SetAside = Omit<Extract<Classified, { kind: 'unusable' }>, 'kind'>;

const NOTHING: Counts = { records: 0, imported: 0, already_there: 0, quarantined: 0, set_aside: 0 };

/**
 * The notes of an import in its folder: how far it has come, written behind each batch, and what it has set aside. One that was killed
 * goes on from the last batch that it noted; the batch that it was in comes again, and what of it was written is found there.
 */
export class ImportNotes {
  readonly counts: Counts;
  readonly changes: Map<string, number>;
  readonly reasons: Map<string, number>;
  position: SourcePosition | undefined;
  readonly setAsideFile: string;
  readonly #stateFile: string;
  readonly #plan: string;
  #setAsideBytes: number;

  /**
   * @param plan source, target and options as text
   * @throws NotifyError `IMPORT.STATE_FOREIGN` when the folder holds the notes of another import
   */
  constructor(folder: string, plan: string) {
    this.#plan = createHash('sha256').update(plan).digest('hex');
    this.#stateFile = join(folder, 'state.json');
    this.setAsideFile = join(folder, 'set-aside.jsonl');
    mkdirSync(folder, { recursive: true });
    const state = this.#read(folder);
    this.position = state?.position;
    this.counts = { ...NOTHING, ...state?.counts };
    this.changes = new Map(Object.entries(state?.changes ?? {}));
    this.reasons = new Map(Object.entries(state?.reasons ?? {}));
    this.#setAsideBytes = state?.setAsideBytes ?? 0;
    // What was set aside behind the last note comes again.
    if (existsSync(this.setAsideFile)) truncateSync(this.setAsideFile, this.#setAsideBytes);
  }

  setAside(found: SetAside): void {
    const line = `${JSON.stringify(found)}\n`;
    appendFileSync(this.setAsideFile, line, { mode: 0o600 });
    this.#setAsideBytes += Buffer.byteLength(line);
  }

  /** Where the records stand that were set aside. */
  placesSetAside(): ReadonlySet<string> {
    if (this.counts.set_aside === 0) return new Set();
    const lines = readFileSync(this.setAsideFile, 'utf8').trimEnd().split('\n');
    return new Set(lines.map((line) => (JSON.parse(line) as SetAside).place));
  }

  /** Notes that everything up to a position is done. */
  commit(position: SourcePosition): void {
    this.position = position;
    const state: State = {
      version: 1,
      plan: this.#plan,
      position,
      counts: this.counts,
      changes: Object.fromEntries(this.changes),
      reasons: Object.fromEntries(this.reasons),
      setAsideBytes: this.#setAsideBytes,
    };
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }

  /** The import has come to its end; the next one begins anew. What was set aside stays. */
  finish(): void {
    rmSync(this.#stateFile, { force: true });
  }

  #read(folder: string): State | undefined {
    if (!existsSync(this.#stateFile)) return undefined;
    let state: State | undefined;
    try {
      state = JSON.parse(readFileSync(this.#stateFile, 'utf8'));
    } catch {
      // Not ours, or cut off by a full disk.
    }
    if (state?.version !== 1 || state.plan !== this.#plan)
      throw new NotifyError('IMPORT.STATE_FOREIGN', `${folder} holds the notes of another import.`);
    return state;
  }
}
