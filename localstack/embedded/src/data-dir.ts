import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedError } from './errors.ts';

/**
 * Makes a data directory and keeps others out of it until `release`, or until this process is gone: the lock is a listening
 * local socket, which no crash leaves behind and no reused process id can fake. Its path is short, for sockets have a limit.
 * @throws LocalError `DATA_DIR.IN_USE`
 */
export const lockDataDir = async (directory: string): Promise<{ release: () => void }> => {
  mkdirSync(directory, { recursive: true });
  const name = `notify-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 16)}`;
  const windows = process.platform === 'win32';
  const path = windows ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);

  if (await isListening(path)) throw embeddedError('DATA_DIR.IN_USE', `A stack is running on ${directory}.`);
  if (!windows) rmSync(path, { force: true });
  const server = createServer((socket) => socket.end());
  await listen(server, path, directory);
  server.unref();
  return { release: () => server.close() };
};

const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const listen = (server: Server, path: string, directory: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(embeddedError('DATA_DIR.IN_USE', `${directory} cannot be locked.`, error));
    });
    server.listen(path, resolve);
  });
