import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { qemu } from './qemu.ts';

/** The same two drives behind one kind of link. */
export interface Place {
  /** Its name has a blank in it. */
  readonly folder: string;
  /** What to start qmon with. */
  readonly args: readonly string[];
}

/** An overlay over a base image, each with some data, and a CD. */
async function images(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'qmon links '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'base.qcow2'), '64M');
  await qemu.io(join(folder, 'base.qcow2'), 'write -P 0x11 0 8M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', join(folder, 'disk.qcow2'));
  await qemu.io(join(folder, 'disk.qcow2'), 'write -P 0x22 4M 8M');
  writeFileSync(join(folder, 'cd one.iso'), Buffer.alloc(1 << 20, 7));
  return folder;
}

const drives = (folder: string) => [
  { id: 'ide0-hd0', if: 'ide', file: join(folder, 'disk.qcow2'), format: 'qcow2' },
  { id: 'ide1-cd0', if: 'ide', index: 2, media: 'cdrom', file: join(folder, 'cd one.iso'), format: 'raw' },
];

/** The drives in qmon's own engine. */
export async function embeddedPlace(): Promise<Place> {
  const folder = await images();
  writeFileSync(join(folder, 'm.json5'), JSON.stringify({ drives: drives(folder) }));
  return { folder, args: ['--machine', join(folder, 'm.json5')] };
}

/** The drives in a real, paused QEMU, which is killed when the test ends. */
export async function remotePlace(): Promise<Place & { readonly socket: string }> {
  const folder = await images();
  const socket = join(folder, 'q');
  const options = drives(folder).flatMap((drive) => ['-drive', Object.entries(drive).map(([key, value]) => `${key}=${value}`).join(',')]);
  const vm = spawn('timeout', ['120', 'qemu-system-x86_64', '-S', '-display', 'none', '-nodefaults', '-qmp', `unix:${socket},server=on,wait=off`, ...options],
    { stdio: 'ignore' });
  onTestFinished(() => void vm.kill());
  for (let tries = 0; !existsSync(socket) && tries < 1000; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  return { folder, socket, args: ['--connect', `unix:${socket}`] };
}

/** For `it.each`: what to call a link, and how to get a place behind it. */
export const twoLinks = [['over the embedded engine', embeddedPlace], ['over a real QEMU', remotePlace]] as const;
