export { type ConvergenceOptions, proveConvergence } from './convergence.ts';
export { type DeliveryPlan, deliver, deliveryPlans } from './delivery.ts';
export { Faults } from './faults.ts';
export { ProofProgress, readProofArguments } from './proof-arguments.ts';
export { aStreamEvent, aStreamRecord, type StreamRecordFields, toStreamImage } from './stream-events.ts';
