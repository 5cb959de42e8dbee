import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';

const MIB = 1 << 20;

describeWithQemu('block_resize beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2' },
        { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
        { if: 'floppy' },
        { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
        { id: 'old', if: 'none', file: 'old.qcow2', format: 'qcow2', 'node-name': 'nold' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '12M');
        await qemu.io(file('base.qcow2'), 'write -P 5 0 12M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('test.qcow2'), '8M');
        await qemu.io(file('test.qcow2'), 'write -P 9 1M 6M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10', file('old.qcow2'), '4M');
        await qemu.img('snapshot', '-c', 'first', file('old.qcow2'));
        await qemu.img('create', '-q', '-f', 'qcow2', file('spare.qcow2'), '4M');
        for (const [short, size] of [['cd.iso', MIB], ['disk.raw', 4 * MIB]] as const) {
          await writeFile(file(short), Buffer.alloc(4096, 7));
          await truncate(file(short), size);
        }
      },
    });
  });

  afterAll(() => referee.stop());

  it('refuses names and sizes in the same words', async () => {
    await referee.play([
      ['block_resize', { size: 1024 }], ['block_resize', { device: 'nope', size: 1024 }], ['block_resize', { 'node-name': 'nope', size: 1024 }],
      ['block_resize', { device: 'floppy0', size: 1024 }], ['block_resize', { device: 'nvd', size: 1024 }],
      ['block_resize', { 'node-name': 'vd', size: 1024 }], ['block_resize', { device: 'nope', 'node-name': 'nope2', size: 1024 }],
      ['block_resize', { device: 'ide0-hd0' }], ['block_resize', { device: 'ide0-hd0', size: 'x' }], ['block_resize', { device: 5, size: 0 }],
      ['block_resize', { device: 'ide0-hd0', size: -1 }], ['block_resize', { device: 'ide0-hd0', size: -512 }],
      ['block_resize', { device: 'ide0-hd0', size: 1000 }], ['block_resize', { device: 'ide0-hd0', size: 2 ** 52 }],
      ['block_resize', { device: 'vd', size: 2 ** 52 }], ['block_resize', { device: 'ide1-cd0', size: 2 * MIB }],
      ['block_resize', { 'node-name': 'nold', size: 8 * MIB }], ['block_resize', { device: 'old', size: MIB }],
    ]);
  });

  it('resizes what may be resized, up and down', async () => {
    await referee.play([
      ['block_resize', { device: 'ide0-hd0', size: 16 * MIB }], ['block_resize', { device: 'ide0-hd0', size: 3 * MIB + 512 }],
      ['block_resize', { device: 'ide0-hd0', size: 3 * MIB + 512 }], ['block_resize', { device: 'ide0-hd0', size: 10 * MIB }],
      ['block_resize', { device: 'vd', size: 2 * MIB }], ['block_resize', { device: 'vd', size: 1000 }],
      ['block_resize', { 'node-name': 'nvd', size: 6 * MIB }], ['block_resize', { device: 'nope', 'node-name': 'nvd', size: 7 * MIB }],
      ['block_resize', { device: 'vd', 'node-name': 'nold', size: 5 * MIB }],
    ]);
    await referee.compareQueries();
  });

  it('minds the users and the drivers of a node', async () => {
    await referee.play([
      ['blockdev-add', { driver: 'null-co', 'node-name': 'nul', size: MIB, 'read-zeroes': true }], ['block_resize', { 'node-name': 'nul', size: 4096 }],
      ['blockdev-add', { driver: 'raw', 'node-name': 'part', size: 4096, file: 'nul' }], ['block_resize', { 'node-name': 'part', size: 512 }],
      ['blockdev-add', { driver: 'file', 'node-name': 'f', filename: 'spare.qcow2' }], ['blockdev-add', { driver: 'qcow2', 'node-name': 'q', file: 'f' }],
      ['block_resize', { 'node-name': 'q', size: 2 * MIB }], ['block_resize', { 'node-name': 'f', size: 2 * MIB }],
      ['blockdev-del', { 'node-name': 'q' }], ['blockdev-add', { driver: 'qcow2', 'node-name': 'q', 'read-only': true, file: 'f' }],
      ['block_resize', { 'node-name': 'q', size: 4 * MIB }], ['blockdev-del', { 'node-name': 'q' }],
    ]);
  });

  it('leaves a device alone while a job works on it', async () => {
    await referee.play([
      ['drive-backup', { device: 'ide0-hd0', sync: 'full', target: 'b.qcow2', speed: 65536, 'job-id': 'j1' }],
      ['block_resize', { device: 'ide0-hd0', size: 16 * MIB }], ['block-job-cancel', { device: 'j1' }],
    ]);
    await referee.onBoth(async ({ execute }) => expect.poll(() => execute('query-block-jobs')).toEqual([]));
    await referee.play([['block_resize', { device: 'ide0-hd0', size: 11 * MIB }]]);
  });


  it('leaves the same images behind', async () => {
    await referee.compareImages(['test.qcow2', 'disk.raw', 'old.qcow2', 'spare.qcow2']);
    expect(referee.steps).toBeGreaterThanOrEqual(38);
  });
});
