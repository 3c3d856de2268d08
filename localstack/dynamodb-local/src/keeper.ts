/**
 * Runs one command and lets it not outlive this program's parent: a parent that ends, even by SIGKILL, closes the
 * IPC channel, and the command is stopped. Java cannot watch its parent by itself.
 *
 * Usage: fork(keeper, [command, ...args]); sends `{ pid }` or `{ spawnError }`; the message 'stop' asks for the end.
 */
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });

child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('error', (error: NodeJS.ErrnoException) => {
  process.send?.({ spawnError: error.code ?? error.message }, () => process.exit(1));
});
child.once('exit', (code) => process.exit(code ?? 1));

process.once('message', () => child.kill('SIGTERM'));
process.once('disconnect', () => child.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => child.kill('SIGTERM'));
