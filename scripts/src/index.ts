/** What the commands of `notify` do, for programs that prove it. */
export { recount } from './campaigns/recount.ts';
export { type CheckReport, check } from './check/check.ts';
export { sameItem } from './import/same-item.ts';
export { awaitCaughtUp } from './lag/streams.ts';
export { createProgram } from './program.ts';
export { finish, rebuild, rollback } from './rebuild/rebuild.ts';
export { getRecords } from './records/get-records.ts';
export { readPlacement } from './records/read-model.ts';
export { count, wholeNumber } from './session/arguments.ts';
export { EXIT } from './session/notify-error.ts';
export { createPace } from './session/pace.ts';
export { printable, printableCell } from './session/printable.ts';
export { toolClient } from './session/session.ts';
export { sessionAt } from './session/session-at.ts';
export { DEFAULT_TABLES } from './session/table-names.ts';
export { createTerminal, type Terminal } from './session/terminal.ts';
export { createRandom } from './simulate/generate.ts';
