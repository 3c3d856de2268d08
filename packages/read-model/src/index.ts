export {
  type CommandImage,
  type EngineOutcome,
  type Expected,
  expectedRows,
  LOWEST_VERSION,
  throughEngine,
} from './expected-rows.ts';
export { notificationProjection } from './notification-projection.ts';
export { type Placement, parsePlacement, type ReadModelTables, tablesAt } from './placement.ts';
export {
  PlacementReader,
  type PlacementReaderOptions,
  type PlacementSource,
  placementOf,
} from './placement-reader.ts';
export { ReadModelWriter } from './read-model-writer.ts';
export { KEY_ATTRIBUTES, keyItem, keyOf, keyText, type RecordKey } from './record-key.ts';
export { createRowPositions, ROW_PROJECTION, readLatestKeys } from './row-positions.ts';
export { SWITCH_TIMING, type SwitchTiming } from './switch-timing.ts';
