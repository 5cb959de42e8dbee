import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { imagesMachine } from '../../src/machine/images-machine.ts';
import { buildIso9660 } from '../../src/machine/iso9660.ts';
import { makeFolder, makeImage } from '../engine/open-engine.ts';

describe('a machine made of images', () => {
  it('puts disks, CDs and floppies where QEMU\'s own options would', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/disk.qcow2`, { format: 'qcow2' });
    await makeImage(`${folder}/boot.img`, { size: 1440 * 1024 });
    await makeImage(`${folder}/big.img`, { size: 4 << 20 });
    await writeFile(`${folder}/unnamed`, buildIso9660('X', []));
    const { drives } = await imagesMachine(['disk.qcow2', 'unnamed', 'big.img', 'boot.img'].map((name) => `${folder}/${name}`));
    expect(drives).toEqual([
      { if: 'ide', index: 0, file: `${folder}/disk.qcow2` }, { if: 'ide', index: 1, file: `${folder}/big.img` },
      { if: 'ide', index: 2, media: 'cdrom', file: `${folder}/unnamed`, format: 'raw' },
      { if: 'floppy', file: `${folder}/boot.img`, format: 'raw' },
    ]);
  });

  it('takes folders and pipes for disks without waiting for them', async () => {
    const folder = await makeFolder();
    execFileSync('mkfifo', [`${folder}/pipe`], { timeout: 10_000 });
    const { drives } = await imagesMachine([folder, `${folder}/pipe`]);
    expect(drives).toEqual([{ if: 'ide', index: 0, file: folder }, { if: 'ide', index: 1, file: `${folder}/pipe` }]);
  });

  it('has room for more disks and CDs than an IDE controller', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { drives } = await imagesMachine([...names.map((name) => `/${name}`), '/x.iso', '/y.iso']);
    expect(drives?.map(({ if: kind, file, index }) => [file, kind, index])).toEqual([
      ['/a', 'ide', 0], ['/b', 'ide', 1], ['/x.iso', 'ide', 2], ['/c', 'ide', 3],
      ['/y.iso', 'scsi', undefined], ['/d', 'virtio', undefined], ['/e', 'virtio', undefined],
    ]);
  });
});
