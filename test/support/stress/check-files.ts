import { readdirSync, readlinkSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { qemu } from '../qemu.ts';
import type { Moment } from './disk-content.ts';
import type { Layer } from './stress-chain.ts';

/** qemu-img finds an image sound, without even a leak, and reads out of it what the disk held. */
export async function expectContent(file: string, content: Moment): Promise<void> {
  const raw = `${file}.content`;
  const { format } = JSON.parse(await qemu.img('info', '--output=json', file)) as { format: string };
  const isRaw = file.endsWith('.raw');
  if (!isRaw) await expectSound(file);
  expect(isRaw || format === 'qcow2', `${file} is ${format}`).toBe(true);
  await qemu.img('convert', '-f', isRaw ? 'raw' : 'qcow2', '-O', 'raw', file, raw);
  const difference = content.difference(await readFile(raw));
  if (difference !== undefined) expect.fail(`${file}: ${difference}`);
  await rm(raw);
}

export async function expectSound(file: string): Promise<void> {
  await qemu.img('check', file).catch((error: { stdout: string }) => expect.fail(`${file}: ${error.stdout.slice(0, 1000)}`));
}

/** The names that the images have of their backing files make the chain that the engine went by. */
export async function expectChain(layers: readonly Layer[]): Promise<void> {
  const [{ file, format }] = layers as [Layer];
  const stored = JSON.parse(await qemu.img('info', '-f', format, '--backing-chain', '--output=json', file)) as { filename: string; format: string }[];
  expect(stored.map((one) => [one.filename, one.format])).toEqual(layers.map((one) => [one.file, one.format]));
}

/** Files of a folder that this process has open. */
export function openFiles(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  }).filter((path) => path.startsWith(folder));
}
