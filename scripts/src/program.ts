import { Command } from 'commander';
import { campaignsCommand } from './campaigns/command.ts';
import { checkCommand } from './check/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { explainCommand } from './explain/command.ts';
import { importCommand } from './import/command.ts';
import { lagCommand } from './lag/command.ts';
import { quarantineCommand } from './quarantine/command.ts';
import { queryCommand } from './query/command.ts';
import { rebuildCommand } from './rebuild/command.ts';
import { redriveCommand } from './redrive/command.ts';
import { reprojectCommand } from './reproject/command.ts';
import { simulateCommand } from './simulate/command.ts';
import { tablesCommand } from './tables/command.ts';
import { usersCommand } from './users/command.ts';

const COMMANDS = [
  doctorCommand,
  simulateCommand,
  queryCommand,
  tablesCommand,
  explainCommand,
  lagCommand,
  checkCommand,
  campaignsCommand,
  quarantineCommand,
  redriveCommand,
  reprojectCommand,
  rebuildCommand,
  importCommand,
  usersCommand,
];

/** The whole command line. */
export const createProgram = (): Command => {
  const program = new Command('notify')
    .description(
      'The operator’s command line: try the system, look into it, and repair what the world breaks.',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const add of COMMANDS) add(program);
  return program;
};
