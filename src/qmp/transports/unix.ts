import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';

/** Starts a connection to the socket at `path`; the outcome is told by the socket's events. */
export function connectUnix(path: string): Socket {
  return connect({ path });
}

/**
 * Listens at `path`; nobody but the owner may connect, not even for a moment. The file of a dead server is replaced.
 * Closing the server removes the file.
 * @throws Error when a live server or something that is no socket is there
 */
export async function listenUnix(server: Server, path: string): Promise<void> {
  await removeStale(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).once('listening', resolve);
    const umask = process.umask(0o177); // the socket is bound, with this mask, before listen() returns
    try {
      server.listen({ path });
    } finally {
      process.umask(umask);
    }
  });
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (!found) return;
  if (!found.isSocket()) throw new Error(`cannot listen on ${path}: a file that is not a socket has that name`);
  if (await isAnswered(path)) throw new Error(`cannot listen on ${path}: another server is listening there`);
  await unlink(path).catch(ignoreMissing);
}

/** A connection is refused when the process that made the socket is gone. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectUnix(path);
    const answer = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
