import { describeEffect } from '../../../src/shell/effects/describe-effect.ts';
import type { Effect } from '../../../src/shell/effects/effect.ts';
import type { Snapshot } from '../../../src/shell/live-state.ts';

export const MIB = 2 ** 20;

/** A row of query-named-block-nodes. */
export const image = (file: string, size: number, more: object = {}) => ({
  'file': file, 'drv': 'qcow2', 'ro': false, 'node-name': `${file.split('.')[0]}-node`,
  'image': { 'filename': file, 'format': 'qcow2', 'virtual-size': size, 'actual-size': size / 4 }, ...more,
});

/** A machine that nobody has: a disk, drives with and without locks, jobs of all kinds and an export. */
export const live: Snapshot = {
  atMs: 1, stats: [],
  block: [
    { device: 'drive0', qdev: '/machine/peripheral/vd0/virtio-backend', removable: false, locked: false, inserted: image('disk.qcow2', 64 * MIB) },
    { device: 'ide1-cd0', qdev: '/machine/unattached/device[20]', removable: true, locked: false, tray_open: false, inserted: image('disc.iso', MIB) },
    { device: '', qdev: '/machine/peripheral/cd1', removable: true, locked: true, tray_open: false, inserted: image('locked.iso', MIB) },
    { device: 'floppy0', qdev: '/machine/unattached/device[13]', removable: true, locked: false },
  ],
  nodes: [image('disk.qcow2', 64 * MIB), image('spare.qcow2', 8 * MIB)],
  jobs: [
    { device: 'mir0', type: 'mirror', status: 'ready', len: 64 * MIB, offset: 64 * MIB },
    { device: 'bk0', type: 'backup', status: 'running', len: 64 * MIB, offset: 16 * MIB },
    { device: 'com0', type: 'commit', status: 'ready', len: 8, offset: 8 },
  ],
  exports: [{ 'id': 'exp0', 'type': 'nbd', 'node-name': 'spare-node' }],
  status: { status: 'running' },
};

/** What a request would come to there. */
export const effect = (command: string, args: Record<string, unknown> = {}, state = live): Promise<Effect> => describeEffect({ command, args }, state);
