import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeWithQemu('filters on images of the real qemu-img', () => {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);

  it('copy-on-read keeps the clusters that were read, and no others', async () => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('base'), '4M');
    await qemu.io(file('base'), 'write -P 1 0 4M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('base'), '-F', 'qcow2', file('top'));
    const graph = new BlockGraph();
    const node = await graph.open({ driver: 'copy-on-read', file: { driver: 'qcow2', file: { driver: 'file', filename: file('top') } } });
    const into = Buffer.alloc(1000);
    await node.io.read(100_000, into);
    expect(into.every((byte) => byte === 1)).toBe(true);
    await graph.closeAll();
    const map = JSON.parse(await qemu.img('map', '--output=json', file('top'))) as { start: number; length: number; depth: number }[];
    expect(map.filter(({ depth }) => depth === 0)).toMatchObject([{ start: 65_536, length: 65_536 }]);
    await qemu.img('check', file('top'));
  });

  it('opens file names that begin with a filter, and shows them so', async () => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('test'), '1M');
    await qemu.img('create', '-q', '-f', 'raw', file('raw'), '1M');
    const graph = new BlockGraph();
    const debugged = await graph.openFile(`blkdebug::${file('test')}`);
    expect([debugged.driver.name, debugged.filename]).toEqual(['qcow2', `blkdebug::${file('test')}`]);
    const verified = await graph.openFile(`blkverify:${file('raw')}:${file('raw')}`, { format: 'raw', readOnly: true });
    expect(verified.io.length).toBe(1 << 20);
    await expect(graph.openFile('blkdebug:x')).rejects.toThrow('blkdebug requires both config file and image path');
    await expect(graph.openFile('blkverify:x')).rejects.toThrow('blkverify requires raw copy and original image path');
    await graph.closeAll();
  });
});
