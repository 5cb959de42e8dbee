import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const change = (device: string, image: string, name: string): Step =>
  ['change-backing-file', { device, 'image-node-name': image, 'backing-file': name }];

describeWithQemu('change-backing-file beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top' },
        { if: 'floppy' },
        { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
        await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
        for (const short of ['test.qcow2', 'r1.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file(short));
        await qemu.io(file('r1.qcow2'), 'write -P 6 1M 1M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'r1.qcow2', '-F', 'qcow2', file('r2.qcow2'));
        await qemu.img('create', '-q', '-f', 'raw', file('disk.raw'), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('refuses in the same words', async () => {
    await referee.play([
      change('nope', 'x', 'y'), change('floppy0', 'x', 'y'), change('ide0-hd0', 'nope', 'y'), change('ide0-hd0', 'nvd', 'y'),
      change('vd', 'nvd', 'y'), change('vd', 'top', 'y'), change('ide0-hd0', 'top', 'x'.repeat(1024)), change('top', 'ide0-hd0', 'y'),
      ['change-backing-file', { device: 'top', 'backing-file': 'y' }], ['change-backing-file', { device: 'top', 'image-node-name': 'top' }],
      ['change-backing-file', { 'image-node-name': 'top', 'backing-file': 'y' }],
    ]);
    await referee.compareQueries();
  });

  it('writes the name into images on top and below, and into such as are open for reading only', async () => {
    await referee.play([
      change('ide0-hd0', 'top', './base.qcow2'),
      ['blockdev-snapshot-sync', { device: 'ide0-hd0', 'snapshot-file': 't1.qcow2', 'snapshot-node-name': 't1' }],
      ['blockdev-snapshot-sync', { device: 'ide0-hd0', 'snapshot-file': 't2.qcow2', 'snapshot-node-name': 't2' }],
      change('t2', 't1', './test.qcow2'), change('t1', 't1', './test.qcow2'), change('ide0-hd0', 'top', 'base.qcow2'),
      change('vd', 't1', 'test.qcow2'), change('ide0-hd0', 't2', 't1.qcow2'),
      ['blockdev-add', {
        driver: 'qcow2', 'node-name': 'r2', file: { driver: 'file', filename: 'r2.qcow2' },
        backing: { driver: 'qcow2', 'node-name': 'r1', file: { driver: 'file', filename: 'r1.qcow2' } },
      }],
      change('r2', 'r1', './base.qcow2'), change('r2', 'r1', 'base.qcow2'), change('r2', 'r1', './base.qcow2'), change('r1', 'r1', 'x'),
    ]);
    await referee.compareQueries();
    await referee.play([['human-monitor-command', { 'command-line': 'qemu-io ide0-hd0 "write -P 8 0 64k"' }], ['blockdev-del', { 'node-name': 'r2' }]]);
  });

  it('takes the name out for an empty one', async () => {
    await referee.play([
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'r2', file: { driver: 'file', filename: 'r2.qcow2' } }],
      change('r2', 'r2', ''), ['blockdev-del', { 'node-name': 'r2' }],
    ]);
  });

  it('leaves the same images behind', async () => {
    await referee.compareImages(['t2.qcow2', 'r1.qcow2', 'r2.qcow2']);
    expect(referee.steps).toBeGreaterThanOrEqual(29);
  });
});
