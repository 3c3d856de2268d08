export { checkUsers, rebuildUsers, type UserCheck, type UserDifference } from './check-users.ts';
export { type UserProjectionNames, userProjection } from './user-projection-service.ts';
