export { commandTables, countItems, storedEvents, storedItems } from './command-stage.ts';
export { loseAnswers } from './lost-answers.ts';
