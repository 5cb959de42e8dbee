import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import qcow2 from '../../../../src/block/drivers/qcow2/index.ts';
import type { OpenImage } from '../../../../src/block/driver.ts';
import { describeWithQemu, qemu } from '../../../support/qemu.ts';
import { MemoryFile } from './support/memory-file.ts';
import { createQcow2 } from './support/open-qcow2.ts';
import { Random, seed, useScratch } from './support/scratch.ts';
import type { Workload } from './support/workload.ts';
import { runWorkload } from './support/workload.ts';

const path = useScratch();
const SIZE = 2 ** 20;

/** The exit status of qemu-img check: 0 sound, 3 leaks only, 2 corrupt, 1 not checkable. */
function check(image: string): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    execFile('qemu-img', ['check', image], { timeout: 30_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1; // -1: it did not end by itself
      resolve({ status, output: stdout + stderr });
    });
  });
}

async function openMemory(file: MemoryFile): Promise<OpenImage> {
  const image = await qcow2.open({ options: { 'l2-cache-size': 2048, 'refcount-cache-size': 2048, 'cache-clean-interval': 0 }, children: { file }, readOnly: false, unmap: true });
  return image;
}

/** A busy image that stops at some write: what is left must be sound but for leaks, and must have what was flushed. */
async function crash(base: Buffer, model: Buffer, random: Random, clusterSize: number): Promise<void> {
  const file = new MemoryFile(base);
  const image = await openMemory(file);
  const workload: Workload = { random, model, clusterSize, discardZeroes: true, file };
  file.failFrom = file.changes + 1 + random.below(500);
  try {
    for (;;) await runWorkload(image, workload, 5);
  } catch (error) {
    expect(error).toMatchObject({ name: 'IoError' });
  }
  await image.close().catch((error: unknown) => expect(error).toMatchObject({ name: 'IoError' }));
  for (const [kind, content] of [['kill', file.content], ['power', file.afterPowerLoss(random)], ['power', file.afterPowerLoss(random)]] as const) {
    const left = path(`left-${kind}`);
    await writeFile(left, content);
    const { status, output } = await check(left);
    if (status !== 0 && status !== 3) expect.fail(`${kind} at change ${file.failFrom}: ${output.slice(0, 2000)}`);
  }
}

describeWithQemu(`qcow2 when it is interrupted (QMON_SEED=${seed})`, () => {
  for (const [clusterSize, refcountBits] of [[512, 16], [512, 64], [1024, 1], [4096, 16]] as const) {
    it(`leaves leaks at most (${clusterSize} byte clusters, ${refcountBits} bit refcounts)`, async () => {
      await createQcow2(path('new'), SIZE, { 'cluster-size': clusterSize, 'refcount-bits': refcountBits });
      const base = await readFile(path('new'));
      for (let i = 0; i < 6; i++) await crash(base, Buffer.alloc(SIZE), new Random(seed + i * 31 + clusterSize), clusterSize);
    });
  }

  it('leaves snapshots alone', async () => {
    await createQcow2(path('new'), SIZE, { 'cluster-size': 1024 });
    await qemu.io(path('new'), 'write -P 7 0 600k');
    await qemu.img('snapshot', '-c', 's', path('new'));
    const base = await readFile(path('new'));
    const model = Buffer.alloc(SIZE);
    model.fill(7, 0, 600 * 1024);
    for (let i = 0; i < 6; i++) await crash(base, Buffer.from(model), new Random(seed + i * 17), 1024);
  });

  it('keeps what was flushed', async () => {
    await createQcow2(path('new'), SIZE, { 'cluster-size': 1024 });
    const base = await readFile(path('new'));
    for (let i = 0; i < 6; i++) {
      const random = new Random(seed + i);
      const file = new MemoryFile(base);
      const image = await openMemory(file);
      const model = Buffer.alloc(SIZE);
      await runWorkload(image, { random, model, clusterSize: 1024, discardZeroes: true, file }, 10);
      await image.flush();
      const again = await openMemory(new MemoryFile(file.afterPowerLoss(random)));
      const bytes = Buffer.alloc(SIZE);
      await again.read(0, bytes);
      expect(bytes.equals(model)).toBe(true);
    }
  });
});
