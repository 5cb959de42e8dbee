import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { goldenImage } from './support/golden.ts';
import { openQcow2, readAll } from './support/open-qcow2.ts';
import { useScratch } from './support/scratch.ts';

const path = useScratch();

async function openGolden(name: Parameters<typeof goldenImage>[0]) {
  await writeFile(path(name), await goldenImage(name));
  return openQcow2(path(name));
}

describe('qcow2 images that QEMU made', () => {
  it('are read when they are compressed', async () => {
    const { image, close } = await openGolden('compressed');
    const expected = Buffer.concat(Array.from({ length: 256 }, (_, i) =>
      i % 3 === 0 ? Buffer.from('text '.repeat(102) + 'xx') : Buffer.alloc(512, (i * 7) & 255)));
    expect((await readAll(image)).equals(expected)).toBe(true);
    expect(await image.map(0, 65536)).toEqual({ offset: 0, length: 65536, kind: 'data', compressed: true });
    await close();
  });

  it('are read and changed in version 2 with a snapshot', async () => {
    const { image, close } = await openGolden('v2');
    const model = Buffer.alloc(256 * 1024);
    model.fill(1, 0, 5000).fill(2, 100 * 1024, 103 * 1024).fill(3, 2048, 3072);
    expect((await readAll(image)).equals(model)).toBe(true);
    expect(image.facts()).toMatchObject({
      clusterSize: 512,
      snapshots: [{ id: '1', name: 'first', vmStateSize: 0 }],
      formatSpecific: { type: 'qcow2', data: { compat: '0.10', 'refcount-bits': 16 } },
    });
    await image.write(1000, Buffer.alloc(3000, 8));
    model.fill(8, 1000, 4000);
    expect((await readAll(image)).equals(model)).toBe(true);
    await expect(image.truncate(2 ** 20)).rejects.toThrow("Can't resize a v2 image which has snapshots");
    await close();
    const again = await openQcow2(path('v2'), { readOnly: true });
    expect((await readAll(again.image)).equals(model)).toBe(true);
    await again.close();
  });

  it('are read with zero clusters and refcounts of one bit', async () => {
    const { image, close } = await openGolden('zero');
    const model = Buffer.alloc(2 ** 20);
    model.fill(9, 0, 20 * 1024).fill(0, 4096, 8192).fill(0, 10240, 14336).fill(0, 16384, 18432);
    expect((await readAll(image)).equals(model)).toBe(true);
    expect(await image.map(4096, 65536)).toEqual({ offset: 4096, length: 4096, kind: 'zero' });
    expect(await image.map(20 * 1024, 2 ** 20 - 20 * 1024)).toEqual({ offset: 20480, length: 2 ** 20 - 20480, kind: 'unallocated' });
    await close();
  });
});
