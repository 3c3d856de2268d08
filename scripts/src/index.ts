/** What the commands of `notify` do, for programs that prove it. */
export { type CheckReport, check } from './check/check.ts';
export { getItems } from './items/get-items.ts';
export { type Item, keyItem, keyOf, keyText, type NotificationKey, toItem } from './items/item.ts';
export { createPace } from './items/pace.ts';
export { readPlacement } from './items/read-model.ts';
export { awaitCaughtUp } from './lag/streams.ts';
export { finish, rebuild, rollback } from './rebuild/rebuild.ts';
export { count, wholeNumber } from './session/arguments.ts';
export { EXIT } from './session/notify-error.ts';
export { sessionAt } from './session/session-at.ts';
export { DEFAULT_TABLES } from './session/table-names.ts';
export { createTerminal, type Terminal } from './session/terminal.ts';
export { createRandom } from './simulate/generate.ts';
