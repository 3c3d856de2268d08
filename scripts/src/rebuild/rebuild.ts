import { setTimeout as delay } from 'node:timers/promises';
import { type Phase, SWITCH_TIMING, type SwitchTiming } from '@notify/read-model';
import { type CheckReport, check } from '../check/check.ts';
import { probe, sampleCommands } from '../lag/probe.ts';
import { touch } from '../reproject/touch.ts';
import { NotifyError } from '../session/notify-error.ts';
import type { Session } from '../session/session.ts';
import { createBuildTable, deleteTable } from './build-table.ts';
import { type FillOptions, fill } from './fill.ts';
import { RebuildRecord, type RebuildState } from './rebuild-record.ts';

export interface RebuildTiming extends SwitchTiming {
  /** How long ahead a switch is announced: longer than any instance may go on without asking. */
  readonly leadMs: number;
  /** How long keys may take to get in step in the check before the switch. */
  readonly settleMs: number;
  /** By how much clocks may differ. */
  readonly clockMarginMs: number;
}

export const REBUILD_TIMING: RebuildTiming = {
  ...SWITCH_TIMING,
  leadMs: 15_000,
  settleMs: 30_000,
  clockMarginMs: 1_000,
};

export interface RebuildOptions extends FillOptions {
  readonly segments: number;
  /** End before the switch. */
  readonly stopBeforeSwitch?: boolean;
  readonly timing?: RebuildTiming;
}

export interface RebuildReport {
  readonly phase: Phase;
  readonly active: string;
  readonly standby: string | undefined;
  readonly filled: number;
  /** The check of the new table before the switch; undefined when this run made none. */
  readonly check: CheckReport | undefined;
}

/** Shards that none of the probes is in are unlikely with so many of them. */
const BARRIER_PROBES = 64;
const BARRIER_TIMEOUT_MS = 120_000;

/**
 * Builds the read model anew in another table while the stream keeps both current, compares it, and lets queries go over to it at
 * one announced instant. Each step leaves its mark, so that a run that was killed goes on where it was.
 */
export const rebuild = async (session: Session, options: RebuildOptions): Promise<RebuildReport> => {
  const { terminal, dynamodb, tables } = session;
  const { timing = REBUILD_TIMING } = options;
  const record = new RebuildRecord(dynamodb, tables);
  let state = await record.read();
  let checked: CheckReport | undefined;

  if (!state.rebuild) {
    const { active } = state.placement;
    const table = await createBuildTable(session, active, options.rate);
    await record.begin(active, table, options.segments, Date.now());
    terminal.note(`the stream keeps ${table} current from now on`);
    state = await record.read();
  }
  if (state.rebuild?.phase === 'filling') {
    // Only when every instance knows of the table does nothing happen that neither the scan nor the stream brings.
    await until(state.rebuild.startedAt + timing.validMs + timing.clockMarginMs, session.signal);
    await fill(session, record, state.rebuild, options);
    await record.enter('checking');
    state = await record.read();
  }
  if (state.rebuild?.phase === 'checking') {
    checked = await checkBuild(session, options, state.rebuild.table, timing.settleMs);
    if (checked.differences.length > 0 || options.stopBeforeSwitch) return reportOf(state, checked);
    state = await announce(record, state, 'switching', timing);
    terminal.note(`queries go over to ${state.placement.standby} at ${isoOf(state.placement.switchAt)}`);
  }
  if (state.rebuild?.phase === 'switching') {
    state = await complete(session, record, state, 'switched', timing);
    terminal.note(
      `queries read ${state.placement.active}; ${state.placement.standby} is kept current for a rollback`,
    );
  }
  return reportOf(state, checked);
};

/** The phases in which queries have gone over, so that the way back is another switch. */
const AFTER_SWITCH: ReadonlySet<Phase> = new Set(['switching', 'switched', 'rolling-back']);

/**
 * Takes a rebuild back: before the switch the new table is dropped, after it queries go back to the old one in the same way.
 * @throws NotifyError `REBUILD.NOTHING`
 */
export const rollback = async (
  session: Session,
  timing: RebuildTiming = REBUILD_TIMING,
): Promise<RebuildReport> => {
  const record = new RebuildRecord(session.dynamodb, session.tables);
  let state = await record.read();
  const phase = state.rebuild?.phase;
  if (!phase) throw new NotifyError('REBUILD.NOTHING', 'There is no rebuild to take back.');
  if (phase === 'rolled-back') return reportOf(state, undefined);
  if (!AFTER_SWITCH.has(phase)) return drop(session, record, state, timing);
  if (phase === 'switching') state = await complete(session, record, state, 'switched', timing);
  if (phase !== 'rolling-back') state = await announce(record, state, 'rolling-back', timing);
  session.terminal.note(
    `queries go back to ${state.placement.standby} at ${isoOf(state.placement.switchAt)}`,
  );
  return reportOf(await complete(session, record, state, 'rolled-back', timing), undefined);
};

/**
 * Ends a rebuild: the table that queries do not read is dropped.
 * @throws NotifyError `REBUILD.NOTHING`, `REBUILD.IN_PROGRESS` or `REBUILD.TABLE_PROTECTED`
 */
export const finish = async (
  session: Session,
  timing: RebuildTiming = REBUILD_TIMING,
): Promise<RebuildReport> => {
  const record = new RebuildRecord(session.dynamodb, session.tables);
  const state = await record.read();
  const phase = state.rebuild?.phase;
  if (!phase) throw new NotifyError('REBUILD.NOTHING', 'There is no rebuild to finish.');
  if (phase !== 'switched' && phase !== 'rolled-back') {
    throw new NotifyError('REBUILD.IN_PROGRESS', `The rebuild is ${phase}.`);
  }
  return drop(session, record, state, timing);
};

const drop = async (
  session: Session,
  record: RebuildRecord,
  state: RebuildState,
  timing: RebuildTiming,
): Promise<RebuildReport> => {
  const { active, standby } = state.placement;
  await record.dropStandby(state.placement);
  session.terminal.note(`${standby} is kept current no longer`);
  await until(Date.now() + timing.validMs + timing.clockMarginMs, session.signal);
  if (standby) await deleteTable(session, standby);
  session.terminal.note(`${standby} is deleted; queries read ${active}`);
  return { ...reportOf(state, undefined), standby: undefined };
};

/** Waits for the stream, then compares; what differs is touched once, so that the stream brings it, and compared again. */
const checkBuild = async (
  session: Session,
  { segments }: RebuildOptions,
  table: string,
  settleMs: number,
): Promise<CheckReport> => {
  const { late } = await probe(session, await sampleCommands(session, BARRIER_PROBES), BARRIER_TIMEOUT_MS);
  if (late > 0)
    throw new NotifyError('TARGET.UNREACHABLE', 'The stream is not caught up within two minutes.');
  const options = { table, segments, settleMs };
  const first = await check(session, options);
  const touchable = first.differences.filter(({ defect }) => defect === 'missing' || defect === 'different');
  if (touchable.length === 0) return first;
  await touch(
    session,
    touchable.map(({ key }) => key),
  );
  return check(session, options);
};

const announce = async (
  record: RebuildRecord,
  { placement }: RebuildState,
  phase: Phase,
  { leadMs }: RebuildTiming,
): Promise<RebuildState> => {
  await record.announceSwitch(placement, Date.now() + leadMs, phase);
  return record.read();
};

const complete = async (
  { signal }: Session,
  record: RebuildRecord,
  { placement }: RebuildState,
  phase: Phase,
  { holdAfterMs, clockMarginMs }: RebuildTiming,
): Promise<RebuildState> => {
  await until((placement.switchAt ?? 0) + holdAfterMs + clockMarginMs, signal);
  await record.settleSwitch(placement, phase);
  return record.read();
};

const reportOf = ({ placement, rebuild }: RebuildState, checked: CheckReport | undefined): RebuildReport => ({
  phase: rebuild?.phase ?? 'switched',
  active: placement.active,
  standby: placement.standby,
  filled: rebuild?.filled ?? 0,
  check: checked,
});

const until = async (time: number, signal: AbortSignal): Promise<void> => {
  const waitMs = time - Date.now();
  if (waitMs > 0) await delay(waitMs, undefined, { signal });
};

const isoOf = (time: number | undefined): string => new Date(time ?? 0).toISOString();
