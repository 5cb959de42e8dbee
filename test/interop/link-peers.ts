import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connect } from '../../src/qmp/client.ts';
import type { ClientOptions } from '../../src/qmp/client.ts';
import type { Link } from '../../src/qmp/link.ts';

/** A folder of this test's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qmon-link-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program that ends with the test at the latest. */
export function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => stop(child));
  return child;
}

/** Kills a program, frozen or not, and waits for its end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** A machine without devices or boards but with every block command; QMP at `address`. */
export function startQemu(address: string, ...more: string[]): ChildProcess {
  const bare = ['-nodefaults', '-display', 'none', '-machine', 'none'];
  return start('qemu-system-x86_64', [...bare, '-qmp', `${address},server=on,wait=off`, ...more]);
}

export function startStorageDaemon(path: string, ...more: string[]): ChildProcess {
  const chardev = `socket,id=qmp,path=${path},server=on,wait=off`;
  return start('qemu-storage-daemon', ['--chardev', chardev, '--monitor', 'chardev=qmp', ...more]);
}

/** A link that is closed with the test; a peer that is still starting is sought again. */
export function openLink(address: string, options?: ClientOptions): Link {
  const link = connect(address, options);
  onTestFinished(() => link.close());
  return link;
}

/** A TCP port of the loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
