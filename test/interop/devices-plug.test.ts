import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MachineDescription } from '../../src/machine/description.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const drives: MachineDescription['drives'] = [
  { id: 'ide0-hd0', if: 'ide', file: 'a.qcow2', format: 'qcow2' },
  { id: 'loose', if: 'none', file: 'b.raw', format: 'raw' },
  { id: 'empty', if: 'none' },
  { id: 'used', if: 'none', file: 'c.qcow2', format: 'qcow2' },
  { id: 'ro', if: 'none', file: 'd.raw', format: 'raw', readonly: 'on' },
  { id: 'more', if: 'none', file: 'e.raw', format: 'raw' },
];
const devices: MachineDescription['devices'] = [
  { driver: 'virtio-scsi-pci' }, { driver: 'virtio-scsi-pci', id: 's2' }, { driver: 'lsi53c895a', id: 'lsi' },
  { driver: 'sdhci-pci', id: 'sdh' }, { driver: 'virtio-blk-pci', drive: 'used', id: 'vused' },
];

const plug = (driver: unknown, properties: Record<string, unknown> = {}): Step => ['device_add', { driver, ...properties }];
const unplug = (id: unknown): Step => ['device_del', { id }];
const node = (name: string, file: string): Step =>
  ['blockdev-add', { 'driver': 'qcow2', 'node-name': name, 'file': { driver: 'file', filename: file } }];
const virtio = (properties: Record<string, unknown>) => plug('virtio-blk-pci', properties);
const disk = (properties: Record<string, unknown>) => plug('scsi-hd', { drive: 'more', bus: 's2.0', ...properties });
const cd = (properties: Record<string, unknown>) => plug('scsi-cd', properties);

const transcripts: Record<string, readonly Step[]> = {
  'naming the model, the bus and the device': [
    ['device_add'], plug('bogus'), plug(5), plug(null), plug('virtio-blk'), plug('ide-drive'), plug('scsi-disk'),
    node('n2', 'n2.qcow2'), node('n3', 'n3.qcow2'),
    virtio({ drive: 'n2', bus: 'nobus' }), virtio({ drive: 'n2', bus: 'ide.0' }), virtio({ drive: 'n2', bus: 's2.0' }),
    virtio({ drive: 'n2', bus: 'floppy-bus.0' }), virtio({ drive: 'n2', bus: 5 }), virtio({ drive: 'n2', id: '1bad' }),
    virtio({ drive: 'n2', id: 'vused' }), virtio({ drive: 'n2', id: '' }), cd({ bus: 'sd-bus' }), cd({ bus: 'pci.0' }), cd({ bus: 'scsi' }),
    plug('ide-hd', { drive: 'n3' }), plug('ide-cd'), plug('ide-hd', { bus: 'ide.9' }), plug('ide-hd', { bus: 'ide.1' }),
    plug('floppy'), plug('isa-fdc'), plug('sd-card'), plug('sd-card', { drive: 'loose', id: 'sdc' }),
  ],
  'properties': [
    virtio({}), virtio({ bogus: 1 }), virtio({ drive: 'nope' }), virtio({ drive: 'used' }), virtio({ drive: 'ide0-hd0' }), virtio({ drive: 'empty' }),
    virtio({ drive: '' }), virtio({ drive: 5 }), virtio({ drive: 'n2', addr: '0x99' }), virtio({ drive: 'n2', addr: '0x1' }),
    virtio({ drive: 'n2', addr: '0' }), virtio({ drive: 'n2', addr: '6.0' }), virtio({ drive: 'n2', addr: 'x' }),
    virtio({ drive: 'n2', 'logical_block_size': 'x' }), virtio({ drive: 'n2', 'logical_block_size': 1000 }),
    virtio({ drive: 'n2', 'logical_block_size': '100' }), virtio({ drive: 'n2', 'logical_block_size': 4096 }),
    virtio({ drive: 'n2', bootindex: 'x' }), virtio({ drive: 'n2', 'write-cache': 'maybe' }), virtio({ drive: 'n2', 'share-rw': 'maybe' }),
    virtio({ drive: 'n2', 'num-queues': 0 }), virtio({ drive: 'n2', 'queue-size': 2 }), virtio({ drive: 'n2', 'queue-size': 100 }),
    virtio({ drive: 'n2', iothread: 'io0' }), virtio({ drive: 'n2', werror: 'bogus' }), plug('virtio-scsi-pci', { drive: 'n2' }),
    plug('virtio-scsi-pci', { iothread: 'nope' }), disk({ drive: 'nope' }), disk({ drive: 'empty' }), plug('scsi-hd'),
    disk({ id: 'a', 'logical_block_size': 1000 }), disk({ 'logical_block_size': 1000 }), disk({ 'min_io_size': 1000 }),
    disk({ 'logical_block_size': '4k', 'physical_block_size': '4k', 'opt_io_size': 512 }), disk({ 'discard_granularity': 1000 }),
    disk({ bootindex: 2 ** 40 }), disk({ wwn: 'x' }), disk({ 'min_io_size': -1 }), disk({ 'rotation_rate': 70000 }), disk({ channel: 1 }),
    disk({ lun: -1 }), disk({ lun: 'abc' }), disk({ lun: 20000 }), disk({ 'scsi-id': 256 }),
  ],
  'plugging in': [
    virtio({ 'drive': 'n2', 'id': 'vd', 'serial': 'abc', 'bootindex': 3, 'write-cache': 'off', 'share-rw': true, 'logical_block_size': 4096, 'physical_block_size': 4096 }),
    virtio({ drive: 'n2', id: 'vd' }), virtio({ drive: 'n2', id: 've' }), virtio({ drive: 'n3', bootindex: 3 }), virtio({ drive: 'n3', serial: 5 }),
    disk({ drive: 'n3', id: 'sh' }), disk({ id: 'sh', drive: 'loose', werror: 'ignore', rerror: 'stop' }), disk({ id: 'sh2', drive: 'loose' }),
    cd({ id: 'c1' }), cd({}), cd({ id: 'c2', drive: 'empty' }), cd({ id: 7 }), cd({ id: null, serial: null }),
    cd({ id: 'x1', bus: 's2.0', lun: 1, 'scsi-id': 0 }), cd({ id: 'x2', bus: 's2.0', lun: 1, 'scsi-id': 0 }), cd({ bus: 'scsi.0', id: 'x3' }),
    disk({ drive: 'ro', id: 'hro' }), disk({ id: 'rem', removable: true, 'write-cache': 'off' }), ['blockdev-del', { 'node-name': 'n2' }],
    ['eject', { id: 'rem' }], ['blockdev-open-tray', { id: 'c1' }], ['blockdev-open-tray', { id: 'vd' }],
    ...Array.from({ length: 8 }, (_, number) => cd({ id: `l${number}`, bus: 'lsi.0' })), cd({ bus: 'lsi.0', lun: 1 }),
  ],
  'unplugging from a bus where nobody is asked': [
    ['device_del'], unplug(5), unplug('nope'), unplug('/nope'), unplug('/machine/unattached/device[18]'), unplug('vd/virtio-backend'),
    unplug('/machine/peripheral/vd/virtio-backend'), unplug('c1'), unplug('c1'), unplug('/machine/peripheral/l0'), unplug('rem'), unplug('sh'),
    unplug('hro'), cd({ id: 'c1' }), ['blockdev-del', { 'node-name': 'n3' }], disk({ drive: 'loose' }),
  ],
  'unplugging while the guest stands still': [
    unplug('vd'), unplug('vd'), ['blockdev-del', { 'node-name': 'n2' }], virtio({ drive: 'n2', id: 'vd' }), unplug('s2'), unplug('s2'),
    plug('virtio-scsi-pci', { id: 'late' }), cd({ id: 'in-late', bus: 'late.0' }), unplug('late'), ['system_reset'],
    unplug('vd'), ['blockdev-del', { 'node-name': 'n2' }], node('n2', 'n2.qcow2'), virtio({ drive: 'n2', id: 'vd', addr: '0x9' }),
    virtio({ drive: 'n2', addr: '9' }), unplug('vd'), ['system_reset'], ['system_reset'],
  ],
};

describeWithQemu('device_add and device_del beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives, devices,
      makeImages: async (file) => {
        for (const name of ['a', 'c', 'n2', 'n3']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${name}.qcow2`), '16M');
        for (const name of ['b', 'd', 'e']) await qemu.img('create', '-q', '-f', 'raw', file(`${name}.raw`), '8M');
      },
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) {
    it(`answers as QEMU does: ${title}`, async () => {
      await referee.play(steps);
      await referee.compareQueries();
    });
  }

  it('refuses one more device when the PCI bus is full', async () => {
    await referee.play(Array.from({ length: 30 }, (_, number) => plug('virtio-scsi-pci', { id: `f${number}` })));
  });

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(150));
});
