import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const watch = (node: string, threshold: unknown): Step => ['block-set-write-threshold', { 'node-name': node, 'write-threshold': threshold }];
const io = (device: string, what: string): Step => ['human-monitor-command', { 'command-line': `qemu-io ${device} "${what}"` }];

describeWithQemu('block-set-write-threshold beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
        { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('test.qcow2'), '8M');
        await qemu.img('create', '-q', '-f', 'raw', file('disk.raw'), '8M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('refuses in the same words', async () => {
    await referee.play([
      watch('nope', 1), watch('vd', 1), watch('nvd', 'x'), ['block-set-write-threshold', { 'node-name': 'nvd' }],
      ['block-set-write-threshold', { 'write-threshold': 1 }], watch('', 1),
      [...watch('nvd', -1), "GenericError: Parameter 'write-threshold' expects uint64"] as unknown as Step, watch('nvd', 0),
    ]);
  });

  it('tells once of a write beyond, and shows what is set', async () => {
    await referee.play([watch('nvd', 65536), watch('top', 1 << 20)]);
    await referee.compareQueries();
    await referee.play([
      io('vd', 'write 0 65536'), io('vd', 'write -z 65536 4096'), io('vd', 'write 65536 4096'), watch('nvd', 4096),
      io('vd', 'discard 65536 4096'), io('vd', 'read 65536 4096'), io('vd', 'write 61440 8192'), watch('nvd', 512), watch('nvd', 0), io('vd', 'write 8192 4096'),
      io('ide0-hd0', 'write 0 64k'), io('ide0-hd0', 'write 1000k 64k'), io('ide0-hd0', 'write 2M 64k'),
      watch('nvd', 2048), ['block_resize', { device: 'vd', size: 16 << 20 }], watch('nvd', 1), io('vd', 'write 0 512'),
    ]);
    await referee.compareQueries();
  });

  it('leaves the same images behind', async () => {
    await referee.compareImages(['test.qcow2', 'disk.raw']);
    expect(referee.steps).toBeGreaterThanOrEqual(27);
  });
});
