export { Faults } from './faults.ts';
export { aStreamEvent, aStreamRecord, type StreamRecordFields, toStreamImage } from './stream-events.ts';
