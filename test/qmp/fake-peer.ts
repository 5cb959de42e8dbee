import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Link, LinkState } from '../../src/qmp/link.ts';

export const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 9, "major": 2}, "package": "fake"}, "capabilities": ["oob"]}}\r\n';

/** For expect.poll: long enough for a busy machine. */
export const patience = { timeout: 15_000, interval: 5 };

/** A folder of this test's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qmon-qmp-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Peer {
  readonly path: string;
  /** Every line that any client sent. */
  readonly received: Record<string, unknown>[];
  readonly sockets: Socket[];
  stop(): Promise<void>;
}

/** A peer that does as the script says: `onLine` is called with each request, `onConnect` with each connection. */
export async function fakePeer(
  script: { onConnect?(socket: Socket, count: number): void; onLine?(request: Record<string, unknown>, socket: Socket): void },
  path = join(temporaryFolder(), 'peer.sock'),
): Promise<Peer> {
  const received: Record<string, unknown>[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    let text = '';
    socket.on('error', () => socket.destroy()).on('data', (chunk: Buffer) => {
      const lines = (text + chunk.toString()).split('\r\n');
      text = lines.pop()!;
      for (const line of lines) {
        const request = JSON.parse(line) as Record<string, unknown>;
        received.push(request);
        script.onLine?.(request, socket);
      }
    });
    script.onConnect?.(socket, sockets.length);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = () => new Promise<void>((resolve) => {
    for (const socket of sockets) socket.destroy();
    server.close(() => resolve());
  });
  onTestFinished(stop);
  return { path, received, sockets, stop };
}

/** A peer that greets, negotiates and then answers with what `answer` makes of each request (nothing for undefined). */
export function politePeer(answer: (request: Record<string, unknown>) => string | undefined, path?: string): Promise<Peer> {
  return fakePeer({
    onConnect: (socket) => socket.write(greeting),
    onLine: (request, socket) => {
      const isNegotiation = request.execute === 'qmp_capabilities';
      const text = isNegotiation ? JSON.stringify({ return: {}, id: request.id }) : answer(request);
      if (text !== undefined) socket.write(`${text}\r\n`);
    },
  }, path);
}

/** Waits until the link is in a state. */
export function reaches(link: Link, wanted: LinkState['state']): Promise<LinkState> {
  if (link.state.state === wanted) return Promise.resolve(link.state);
  return new Promise((resolve) => {
    const off = link.onState((state) => {
      if (state.state !== wanted) return;
      off();
      resolve(state);
    });
  });
}
