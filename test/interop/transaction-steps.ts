import type { MachineDescription } from '../../src/machine/description.ts';
import { qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

export type Action = readonly [type: string, data?: Record<string, unknown>];

/** A transaction whose actions take effect each by itself once all have begun. */
export const together = (...actions: readonly Action[]): Step => ['transaction', { actions: actions.map(([type, data = {}]) => ({ type, data })) }];

/** A transaction whose jobs complete all or none. */
export const grouped = (...actions: readonly Action[]): Step =>
  ['transaction', { ...together(...actions)[1], properties: { 'completion-mode': 'grouped' } }];

/** An overlay in a new file; its node is named like the file, with a dash for the dot. */
export const overlay = (device: string, file: string, more: Record<string, unknown> = {}): Action =>
  ['blockdev-snapshot-sync', { device, 'snapshot-file': file, 'snapshot-node-name': file.replace('.', '-'), ...more }];

export const above = (node: string, name: string): Action => ['blockdev-snapshot', { node, overlay: name }];

export const inside = (device: string, name: string): Action => ['blockdev-snapshot-internal-sync', { device, name }];

export const copy = (device: string, target: string, more: Record<string, unknown> = {}): Action =>
  ['drive-backup', { device, target, sync: 'full', ...more }];

export const copyTo = (device: string, target: string, more: Record<string, unknown> = {}): Action =>
  ['blockdev-backup', { device, target, sync: 'full', ...more }];

export const abort: Action = ['abort'];

export const node = (name: string, file: string, more: Record<string, unknown> = {}): Step =>
  ['blockdev-add', { 'driver': 'qcow2', 'node-name': name, 'file': { driver: 'file', filename: file }, ...more }];

export const drives: NonNullable<MachineDescription['drives']> = [
  { 'id': 'a', 'if': 'ide', 'file': 'a.qcow2', 'format': 'qcow2', 'node-name': 'na' },
  { 'id': 'b', 'if': 'ide', 'file': 'b.qcow2', 'format': 'qcow2', 'node-name': 'nb' },
  { id: 'r', if: 'none', file: 'r.raw', format: 'raw' },
  { id: 'empty', if: 'none' },
];

/** Two IDE disks, a raw drive and an empty one, each side with images of its own; o1, o2, tn and tx (larger) belong to nobody yet. */
export function startReferee(): Promise<GraphReferee> {
  return GraphReferee.start({
    drives,
    makeImages: async (file) => {
      for (const name of ['a', 'b', 'o1', 'o2', 'tn']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${name}.qcow2`), '1M');
      await qemu.img('create', '-q', '-f', 'qcow2', file('tx.qcow2'), '2M');
      await qemu.img('create', '-q', '-f', 'raw', file('r.raw'), '1M');
      await qemu.io(file('a.qcow2'), 'write -P 1 0 512k');
      await qemu.io(file('b.qcow2'), 'write -P 2 64k 512k');
    },
  });
}
