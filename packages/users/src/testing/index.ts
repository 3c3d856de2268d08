export { commandTables, countItems, storedItems } from './command-fixture.ts';
export { given } from './given-when-then.ts';
export { startKmsEndpoint } from './kms-endpoint.ts';
export { eventRecords, type UserNames, userTables } from './user-fixture.ts';
export {
  balanceChanged,
  changeBalance,
  createUser,
  eraseUserCommand,
  updateUser,
  userCreated,
  userErased,
  userUpdated,
} from './users.ts';
