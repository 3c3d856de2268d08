export { notificationProjection } from './notification-projection.ts';
export { type Placement, parsePlacement, type ReadModelTables, tablesAt } from './placement.ts';
export { PlacementReader, type PlacementReaderOptions, type PlacementSource } from './placement-reader.ts';
export { ReadModelWriter } from './read-model-writer.ts';
export { SWITCH_TIMING, type SwitchTiming } from './switch-timing.ts';
