export { type Decider, given } from './given-when-then.ts';
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
