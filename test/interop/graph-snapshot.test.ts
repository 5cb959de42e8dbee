import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const MIB = 1 << 20;

const sync = (args: Record<string, unknown>): Step => ['blockdev-snapshot-sync', args];
const snapshot = (node: string, overlay: string): Step => ['blockdev-snapshot', { node, overlay }];
const write = (device: string, what: string): Step => ['human-monitor-command', { 'command-line': `qemu-io ${device} "write ${what}"` }];

describeWithQemu('external snapshots beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2' },
        { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
        { if: 'floppy' },
        { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
        { id: 'loose', if: 'none', file: 'loose.qcow2', format: 'qcow2', 'node-name': 'nloose' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
        await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('test.qcow2'));
        for (const short of ['over.qcow2', 'loose.qcow2', 'q1.qcow2', 'q2.qcow2']) {
          await qemu.img('create', '-q', '-f', 'qcow2', file(short), '8M');
        }
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('overb.qcow2'));
        for (const [short, size] of [['cd.iso', MIB], ['disk.raw', 4 * MIB], ['plain.raw', 8 * MIB]] as const) {
          await writeFile(file(short), Buffer.alloc(4096, 7));
          await truncate(file(short), size);
        }
      },
    });
  });

  afterAll(() => referee.stop());

  it('refuses names, formats and files in the same words', async () => {
    await referee.play([
      sync({ 'snapshot-file': 's1.qcow2' }), sync({ device: 'ide0-hd0' }), sync({ device: 'nope', 'snapshot-file': 's1.qcow2' }),
      sync({ 'node-name': 'nope', 'snapshot-file': 's1.qcow2' }), sync({ device: 'floppy0', 'snapshot-file': 's1.qcow2' }),
      sync({ 'node-name': 'nvd', 'snapshot-file': 's1.qcow2' }), sync({ device: 'ide0-hd0', 'node-name': 'nvd', 'snapshot-file': 's1.qcow2' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', format: 'bogus' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', format: 'raw' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', format: 'null-co' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', mode: 'bogus' }), sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', bogus: 1 }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', mode: 'existing' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': '', mode: 'existing' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': '/no/such/folder/x' }), sync({ device: 'ide0-hd0', 'snapshot-file': 'test.qcow2' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 'base.qcow2' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', 'snapshot-node-name': 'nvd' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2', 'snapshot-node-name': 'ide0-hd0' }),
      sync({ 'node-name': 'nvd', 'snapshot-file': 's1.qcow2', 'snapshot-node-name': 'ide0-hd0' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 'plain.raw', mode: 'existing' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 'plain.raw', mode: 'existing', format: 'raw' }),
      sync({ device: 'ide0-hd0', 'snapshot-file': 'q1.qcow2', mode: 'existing', format: 'raw' }),
      snapshot('nope', 'x'), snapshot('ide0-hd0', 'x'), snapshot('ide0-hd0', 'nvd'), snapshot('ide0-hd0', 'ide0-hd0'),
      snapshot('ide0-hd0', 'nloose'), snapshot('floppy0', 'nloose'), ['blockdev-snapshot', { node: 'x' }], ['blockdev-snapshot', { overlay: 'x' }],
    ]);
    expect(await referee.fileNames().then(([theirs, ours]) => [theirs.includes('s1.qcow2'), ours.includes('s1.qcow2')])).toEqual([false, false]);
    await referee.compareQueries();
  });

  it('leaves no file behind where QEMU does', async () => {
    await referee.play([sync({ device: 'ide0-hd0', 'snapshot-file': 'left.qcow2', 'snapshot-node-name': '1x' })]);
    const [theirs, ours] = await referee.fileNames();
    expect([theirs.includes('left.qcow2'), ours.includes('left.qcow2')]).toEqual([true, false]);
  });

  it('puts new overlays on devices and nodes', async () => {
    await referee.play([
      write('ide0-hd0', '-P 1 0 1M'), sync({ device: 'ide0-hd0', 'snapshot-file': 's1.qcow2' }), write('ide0-hd0', '-P 2 512k 1M'),
      sync({ device: 'ide0-hd0', 'snapshot-file': 's2.qcow2', 'snapshot-node-name': 'sn2', format: 'qcow2', mode: 'absolute-paths' }),
      sync({ 'node-name': 'sn2', 'snapshot-file': 's3.qcow2', 'snapshot-node-name': 'sn3' }), write('ide0-hd0', '-P 3 1M 1M'),
      sync({ 'node-name': 'sn2', 'snapshot-file': 's4.qcow2', 'snapshot-node-name': 'sn4' }), ['blockdev-del', { 'node-name': 'sn2' }],
      sync({ device: 'vd', 'snapshot-file': 'v1.qcow2', 'snapshot-node-name': 'vn1' }), write('vd', '-P 4 0 64k'),
      ['block_resize', { device: 'vd', size: 6 * MIB }], sync({ device: 'vd', 'snapshot-file': 'v2.qcow2' }), write('vd', '-P 4 5M 64k'),
      sync({ device: 'ide1-cd0', 'snapshot-file': 'c1.qcow2' }), sync({ device: 'loose', 'snapshot-file': 'l1.qcow2' }),
    ]);
    await referee.compareQueries();
  });

  it('puts overlays that exist on devices and nodes', async () => {
    const file = (short: string) => ({ driver: 'file', filename: short });
    await referee.play([
      sync({ device: 'ide0-hd0', 'snapshot-file': 'over.qcow2', 'snapshot-node-name': 'over', mode: 'existing' }),
      write('ide0-hd0', '-P 6 2M 1M'), sync({ device: 'ide0-hd0', 'snapshot-file': 'overb.qcow2', mode: 'existing' }),
      ['blockdev-add', { driver: 'null-co', 'node-name': 'nul' }], snapshot('ide0-hd0', 'nul'),
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'q1', file: file('q1.qcow2') }],
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'q2', file: file('q2.qcow2') }],
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'q3', 'read-only': true, file: file('q2.qcow2') }],
      snapshot('q1', 'q1'), snapshot('q2', 'q1'), snapshot('q1', 'q2'), snapshot('q2', 'q1'), ['blockdev-del', { 'node-name': 'q2' }],
      snapshot('ide0-hd0', 'q1'), ['blockdev-del', { 'node-name': 'q1' }], ['blockdev-del', { 'node-name': 'q2' }],
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'q1', 'read-only': true, file: file('q1.qcow2') }], snapshot('ide0-hd0', 'q1'),
      ['blockdev-del', { 'node-name': 'q1' }], ['blockdev-add', { driver: 'qcow2', 'node-name': 'q1', file: file('q1.qcow2') }],
      snapshot('vd', 'q1'), snapshot('ide0-hd0', 'q1'), ['blockdev-del', { 'node-name': 'q1' }],
    ]);
    await referee.compareQueries();
  });

  it('leaves a device alone while a job works on it', async () => {
    await referee.play([
      ['drive-backup', { device: 'vd', sync: 'full', target: 'b.qcow2', speed: 65536, 'job-id': 'j1' }],
      sync({ device: 'vd', 'snapshot-file': 'v3.qcow2' }), sync({ 'node-name': 'vn1', 'snapshot-file': 'v3.qcow2', 'snapshot-node-name': 'vn3' }),
      ['block-job-cancel', { device: 'j1' }],
    ]);
    await referee.onBoth(async ({ execute }) => expect.poll(() => execute('query-block-jobs')).toEqual([]));
  });

  it('leaves the same images behind', async () => {
    await referee.compareImages(['test.qcow2', 's1.qcow2', 's2.qcow2', 's3.qcow2', 'v2.qcow2', 'c1.qcow2', 'l1.qcow2', 'over.qcow2', 'q1.qcow2']);
    expect(referee.steps).toBeGreaterThanOrEqual(70);
  });
});
