export {
  BatchAccount,
  type BatchCounts,
  type BatchLog,
  type BatchMetrics,
  type BatchReport,
} from './batch-report.ts';
export {
  DynamoDBQuarantine,
  type DynamoDBQuarantineOptions,
  QUARANTINE_DAYS,
} from './partiql/dynamodb-quarantine.ts';
export { PartiqlRowWriter } from './partiql/partiql-row-writer.ts';
export {
  PositionLog,
  type PositionLogOptions,
  type Positions,
  positionsByShard,
  type RowKey,
} from './partiql/position-log.ts';
export { type Pulse, readPulses, toPulses } from './partiql/pulse.ts';
export { type Position, readPositions } from './partiql/read-positions.ts';
export {
  type Columns,
  DELETED,
  EXPIRES_AT,
  type KeyAttribute,
  type Projection,
  type RowShape,
  toRowShape,
  VERSION,
} from './projection.ts';
export {
  type Quarantine,
  type QuarantineEntry,
  type QuarantineOutcome,
  type QuarantineReport,
  toQuarantineEntry,
  toQuarantineKey,
} from './quarantine.ts';
export type { RowChange, RowWriter, WriteOutcome, WriteReport } from './row-writer.ts';
export {
  createStreamProjection,
  type StreamProjection,
  type StreamProjectionOptions,
  TOMBSTONE_DAYS,
} from './stream-projection.ts';
export { versionOf } from './stream-record.ts';
