import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { qemu } from '../qemu.ts';
import { SECTOR, sectorBytes } from './disk-model.ts';
import type { SnapshotState } from './disk-model.ts';

const MAX_MS = 60_000;

/** The exit status of qemu-img check: 0 sound, 3 leaks only, 2 corrupt, 1 not checkable. */
function check(image: string): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    execFile('qemu-img', ['check', image], { timeout: MAX_MS }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: stdout + stderr }));
  });
}

/** qemu-img finds leaks at most. */
export async function expectSound(image: string): Promise<void> {
  const { status, output } = await check(image);
  if (status !== 0 && status !== 3) expect.fail(`${image}: ${output.slice(0, 2000)}`);
}

/** qemu-img reads out of an internal snapshot what was on the disk; `raw` is a file to use for that. */
export async function expectSnapshot({ file, name, size, content }: SnapshotState, raw: string): Promise<void> {
  await qemu.img('convert', '-l', `snapshot.name=${name}`, '-O', 'raw', file, raw);
  const bytes = await readFile(raw);
  const expected = sectorBytes(content.subarray(0, size / SECTOR));
  if (!bytes.equals(expected)) expect.fail(`${file}: snapshot ${name} differs from ${bytes.findIndex((byte, i) => byte !== expected[i])} on`);
}
