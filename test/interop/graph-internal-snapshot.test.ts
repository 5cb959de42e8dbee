import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const take = (device: string, name: string): Step => ['blockdev-snapshot-internal-sync', { device, name }];
const remove = (args: Record<string, unknown>): Step => ['blockdev-snapshot-delete-internal-sync', args];
const io = (device: string, what: string): Step => ['human-monitor-command', { 'command-line': `qemu-io ${device} "${what}"` }];

describeWithQemu('internal snapshots beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top' },
        { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
        { if: 'floppy' },
        { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
        { id: 'old', if: 'none', file: 'old.qcow2', format: 'qcow2' },
        { id: 'one', if: 'none', file: 'one.qcow2', format: 'qcow2' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
        await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('test.qcow2'));
        await qemu.io(file('test.qcow2'), 'write -P 1 0 1M', 'write -z 1M 128k', 'write -c -P 2 2M 64k', 'write -c -P 3 2112k 64k');
        await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10,cluster_size=4k', file('old.qcow2'), '8M');
        await qemu.io(file('old.qcow2'), 'write -P 1 0 3M');
        await qemu.img('snapshot', '-c', 'theirs', file('old.qcow2'));
        await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'refcount_bits=1', file('one.qcow2'), '8M');
        await qemu.io(file('one.qcow2'), 'write -P 1 0 1M');
        await qemu.img('create', '-q', '-f', 'raw', file('cd.iso'), '1M');
        await qemu.img('create', '-q', '-f', 'raw', file('disk.raw'), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('refuses in the same words', async () => {
    await referee.play([
      take('nope', 's'), take('floppy0', 's'), take('ide1-cd0', 's'), take('vd', 's'), take('nvd', 's'), take('ide0-hd0', ''),
      ['blockdev-snapshot-internal-sync', { device: 'ide0-hd0' }], ['blockdev-snapshot-internal-sync', { name: 's' }], take('one', 's'),
      remove({ device: 'nope', id: '1' }), remove({ device: 'floppy0', id: '1' }), remove({ device: 'ide0-hd0' }), remove({ id: '1' }),
      remove({ device: 'ide0-hd0', name: 'zz' }), remove({ device: 'ide0-hd0', id: 'zz' }), remove({ device: 'old', id: '1', name: 'zz' }),
      remove({ device: 'old', id: '2', name: 'theirs' }), remove({ device: 'ide0-hd0', id: '', name: '' }), remove({ device: 'vd', id: '2' }),
      remove({ device: 'ide1-cd0', name: 's' }), take('old', 'theirs'),
    ]);
    await referee.compareQueries();
  });

  it('takes, overwrites and deletes snapshots', async () => {
    await referee.play([
      take('ide0-hd0', 'first'), io('ide0-hd0', 'write -P 7 512k 1M'), take('ide0-hd0', 'first'), take('top', '1'),
      io('ide0-hd0', 'write -P 8 2080k 64k'), io('ide0-hd0', 'discard 0 256k'), take('ide0-hd0', 'with blanks'),
      io('ide0-hd0', 'write -P 9 0 8M'), remove({ device: 'ide0-hd0', name: '1' }), take('ide0-hd0', 'fourth'),
      remove({ device: 'ide0-hd0', id: '1', name: 'first' }), take('ide0-hd0', 'fifth'), io('ide0-hd0', 'write -P 10 4M 1M'),
      take('old', 'ours'), io('old', 'write -P 4 1M 3M'), remove({ device: 'old', name: 'theirs' }), take('old', 'more'),
      io('old', 'write -P 5 0 64k'),
    ]);
    await referee.compareQueries();
  });

  it('leaves the same images behind', async () => {
    await referee.compareImages(['test.qcow2', 'old.qcow2', 'one.qcow2']);
    expect(referee.steps).toBeGreaterThanOrEqual(39);
  });

  it('keeps what the guest disk was when a snapshot was taken', async () => {
    for (const [image, names] of [['test.qcow2', ['with blanks', 'fourth', 'fifth']], ['old.qcow2', ['ours', 'more']]] as const) {
      for (const name of names) await referee.compareSnapshot(image, name);
    }
  });
});
