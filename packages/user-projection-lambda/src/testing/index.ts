export { type ProofOptions, proveUsers } from './prove-users.ts';
export { eventRecord, eventRecords, storedRows, type UserNames, userTables } from './user-stage.ts';
