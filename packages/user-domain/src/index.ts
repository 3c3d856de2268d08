export { CommandRequest, parseCommand, parseUserId, type UserCommand } from './command.ts';
export type { Personal, UserEvent } from './event.ts';
export { fromSequence, parseAtLeast, SEQUENCE_DIGITS, toSequence } from './sequence.ts';
export {
  type EventRecord,
  isPersonalType,
  leaveSealed,
  readEvent,
  schemaVersion,
  toPayload,
  type Unseal,
} from './stored-event.ts';
export { decide, type EraseUser, evolve, initialState, type User, userDecider } from './user-decider.ts';
export {
  EventStored,
  UserDetail,
  type UserDetailRow,
  UserList,
  UserSummary,
  type UserSummaryRow,
  userDetail,
  userSummary,
  type View,
} from './views.ts';
export { EVENT_TYPES, type EventType } from './vocabulary.ts';
