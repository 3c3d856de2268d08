export { commandKey } from './application/command-key.ts';
export { SNAPSHOT_EVERY, UserCommands, type UserCommandsOptions } from './application/user-commands.ts';
export { createUserCommands, eraseUser, type UserStoreNames } from './user-command-service.ts';
