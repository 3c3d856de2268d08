export { commandTables, countItems, storedEvents, storedItems } from './command-stage.ts';
export { type Loss, loseMessages } from './lost-messages.ts';
