export {
  type CommandImage,
  type EngineOutcome,
  type Expected,
  expectedRows,
  LOWEST_VERSION,
  throughEngine,
} from './expected-rows.ts';
export { type ExplainOptions, explain, keysOfTransaction, unknownTransaction } from './explain.ts';
export { type Defect, type Judgement, judge } from './judge.ts';
export { expectationsOf, type Look, lookAt, recordsOf } from './look.ts';
export { notificationProjection } from './notification-projection.ts';
export { type Placement, parsePlacement, type ReadModelTables, tablesAt } from './placement.ts';
export {
  type PlacementKey,
  PlacementReader,
  type PlacementReaderOptions,
  type PlacementSource,
  placementOf,
} from './placement-reader.ts';
export {
  type CauseCounts,
  countCauses,
  type Entry,
  type EntryFilter,
  entriesOf,
  entryList,
  entryPages,
  withoutEntry,
} from './quarantine-entries.ts';
export { ReadModelWriter } from './read-model-writer.ts';
export { type Phase, type Rebuild, readRebuild, rebuildKey } from './rebuild-state.ts';
export { KEY_ATTRIBUTES, keyItem, keyOf, keyText, type RecordKey } from './record-key.ts';
export { createRowPositions, ROW_PROJECTION, readLatestKeys } from './row-positions.ts';
export { shownEntry } from './shown.ts';
export { SWITCH_TIMING, type SwitchTiming } from './switch-timing.ts';
