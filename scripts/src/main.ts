import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { EXIT } from './session/notify-error.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
