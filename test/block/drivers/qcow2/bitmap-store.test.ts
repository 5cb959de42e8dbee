import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DirtyBitmap } from '../../../../src/block/dirty-bitmap.ts';
import qcow2 from '../../../../src/block/drivers/qcow2/index.ts';
import { describeWithQemu } from '../../../support/qemu.ts';
import { MemoryFile } from './support/memory-file.ts';
import { createQcow2 } from './support/open-qcow2.ts';
import { Random, seed, useScratch } from './support/scratch.ts';

const path = useScratch();
const SIZE = 2 ** 20;

const openMemory = (file: MemoryFile) => qcow2.open({ options: {}, children: { file }, readOnly: false, unmap: true });

const bitmap = (name: string): DirtyBitmap => new DirtyBitmap({ name, granularity: 512, length: SIZE, persistent: true });

/** The exit status of qemu-img check: 0 sound, 3 leaks only. */
function check(image: string): Promise<number> {
  return new Promise((resolve) => {
    execFile('qemu-img', ['check', image], { timeout: 30_000 }, (error) => {
      resolve(error === null ? 0 : typeof error.code === 'number' ? error.code : -1); // -1: it did not end by itself
    });
  });
}

describeWithQemu(`stored dirty bitmaps (QMON_SEED=${seed})`, () => {
  it('are as before, inconsistent or as they are to be when the power fails at any write', { timeout: 50_000 }, async () => {
    await createQcow2(path('new'), SIZE, { 'cluster-size': 512 });
    const first = new MemoryFile(await readFile(path('new')));
    const image = await openMemory(first);
    image.bitmapStore?.attach([bitmap('old')]);
    await image.close();
    const random = new Random(seed);
    for (let changes = 0, isDone = false; !isDone; changes++) {
      const file = new MemoryFile(first.content);
      file.failFrom = changes;
      const changing = async (): Promise<void> => {
        const opened = await openMemory(file);
        const [old, more] = [bitmap('old'), bitmap('more')];
        for (const one of [old, more]) one.mark(4096, 9000);
        opened.bitmapStore?.attach([more, old]);
        await opened.close();
      };
      isDone = await changing().then(() => true, () => false);
      const left = file.afterPowerLoss(random);
      await writeFile(path('left'), left);
      expect([0, 3], `change ${changes}`).toContain(await check(path('left')));
      const found = (await openMemory(new MemoryFile(left))).bitmapStore?.found ?? [];
      const state = found.map(({ name, count, isInconsistent }) => `${name} ${isInconsistent ? 'inconsistent' : count}`);
      expect(['old 0', 'old inconsistent', 'old 9216,more 9216'], `change ${changes}`).toContain(state.join());
      if (isDone) expect(state).toEqual(['old 9216', 'more 9216']);
    }
  });
});
