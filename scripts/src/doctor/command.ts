import type { Command } from 'commander';
import { addSharedOptions, openSession, runCommand, type SharedOptions } from '../session/add-command.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import type { Outcome, Session } from '../session/session.ts';
import type { Terminal } from '../session/terminal.ts';
import { endToEndCheck, examine, type Finding, machineChecks, portChecks, systemChecks } from './checks.ts';

interface DoctorArguments extends SharedOptions {
  readonly write: boolean;
  readonly yes?: boolean;
}

export const doctorCommand = (program: Command): void => {
  const command = program
    .command('doctor')
    .description('Check this machine and the system, and say what to do about what fails.')
    .option('--api-url <url>', 'base URL of the query API (NOTIFY_API_URL)')
    .option('--no-write', 'leave out the check that sends a probe from end to end')
    .option('--yes', 'send the probe in AWS, too')
    .addHelpText('after', '\nExit codes: 0 all is well, 1 a check has failed.');
  addSharedOptions(command).action(async () => {
    const options = command.opts<DoctorArguments>();
    process.exitCode = await runCommand(options, (terminal, signal) => runDoctor(options, terminal, signal));
  });
};

const runDoctor = async (
  options: DoctorArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Outcome> => {
  const findings = await examine(machineChecks());
  try {
    const session = await openSession(options, terminal, signal);
    findings.push({ check: 'Target', status: 'ok', detail: session.target.name });
    findings.push(...(await examine(systemChecks(session))));
    findings.push(...(await endToEnd(session, options, findings)));
    session.dynamodb.destroy();
  } catch (error) {
    if (!(error instanceof NotifyError)) throw error;
    findings.push({ check: 'Target', status: 'failed', detail: error.detail, remedy: error.remedy });
    findings.push(...(await examine(portChecks())));
  }
  const failed = findings.filter(({ status }) => status === 'failed').length;
  return {
    exitCode: failed === 0 ? EXIT.ok : EXIT.attention,
    result: { healthy: failed === 0, findings },
    show: (shown) => {
      shown.table(
        ['check', '', 'found'],
        findings.map(({ check, status, detail }) => [check, status, detail]),
      );
      for (const { check, remedy } of findings) if (remedy) shown.say(`${check}: ${remedy}`);
      shown.say(`checks=${findings.length} failed=${failed}`);
    },
  };
};

const endToEnd = async (
  session: Session,
  { write, yes }: DoctorArguments,
  found: readonly Finding[],
): Promise<Finding[]> => {
  const skipped = (detail: string): Finding[] => [{ check: 'End to end', status: 'skipped', detail }];
  if (!write) return skipped('--no-write');
  if (session.target.kind === 'aws' && yes !== true) return skipped('it writes to AWS; say --yes');
  if (found.some(({ status }) => status === 'failed')) return skipped('a check before has failed');
  return examine([endToEndCheck(session)]);
};
