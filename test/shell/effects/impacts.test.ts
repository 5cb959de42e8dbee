import { expect, it } from 'vitest';
import { commands } from '../../../src/engine/commands.ts';
import { commandEffects } from '../../../src/shell/effects/command-effects.ts';
import { commandLevel, operating } from '../../../src/shell/safety/command-levels.ts';
import { effect, image, live, MIB } from './small-machine.ts';

// What every command that does more than ask comes to where it would lose most of what the small machine has.

type Requests = Readonly<Record<string, Record<string, unknown>>>;

const destructive: Requests = {
  // what is written over
  'block_resize': { device: 'drive0', size: MIB },
  'blockdev-backup': { device: 'drive0', target: 'disc-node', sync: 'full' },
  'blockdev-mirror': { device: 'drive0', target: 'disc-node', sync: 'full' },
  'drive-backup': { device: 'drive0', target: 'spare.qcow2', sync: 'full' },
  'drive-mirror': { device: 'drive0', target: 'spare.qcow2', sync: 'full' },
  'blockdev-create': { 'job-id': 'c', 'options': { driver: 'qcow2', file: 'spare-node', size: MIB } },
  'blockdev-snapshot-sync': { 'device': 'drive0', 'snapshot-file': 'spare.qcow2' },
  // what is taken away
  'block-dirty-bitmap-clear': { node: 'disk-node', name: 'b0' },
  'block-dirty-bitmap-remove': { node: 'disk-node', name: 'b0' },
  'blockdev-snapshot-delete-internal-sync': { device: 'disk-node', name: 's1' },
  'snapshot-delete': { tag: 's1' },
  'snapshot-load': { tag: 's1' },
  'block-job-cancel': { device: 'mir0' },
  'job-cancel': { id: 'mir0' },
  'eject': { id: 'cd1', force: true },
  'blockdev-open-tray': { id: 'cd1', force: true },
  'blockdev-change-medium': { id: 'cd1', filename: 'x', force: true },
  'blockdev-remove-medium': { device: 'floppy1' },
  'x-blockdev-remove-medium': { device: 'floppy1' },
  'blockdev-del': { 'node-name': 'disk-node' },
  'x-blockdev-del': { 'node-name': 'disk-node' },
  'device_del': { id: 'vd0' },
  'block-export-del': { id: 'exp0', mode: 'hard' },
  'nbd-server-remove': { name: 'exp0', mode: 'hard' },
  'nbd-server-stop': {},
  // the machine
  'quit': {},
  'system_reset': {},
  'system_powerdown': {},
  'transaction': { actions: [{ type: 'block-dirty-bitmap-clear', data: { node: 'disk-node', name: 'b0' } }] },
  'human-monitor-command': { 'command-line': 'q' },
};

/** What these do can be made good, or is the guest's own doing; those that need `full` by their name alone are among them. */
const change: Requests = {
  'block-commit': { device: 'drive0' },
  'block-stream': { device: 'drive0' },
  'block-job-complete': { device: 'mir0' },
  'job-complete': { id: 'mir0' },
  'block-job-set-speed': { device: 'mir0', speed: 0 },
  'blockdev-close-tray': { device: 'ide1-cd0' },
  'blockdev-insert-medium': { 'device': 'floppy0', 'node-name': 'spare-node' },
  'x-blockdev-insert-medium': { 'device': 'floppy0', 'node-name': 'spare-node' },
  'block_set_io_throttle': { device: 'drive0', bps: 1 },
  'block-set-write-threshold': { 'node-name': 'disk-node', 'write-threshold': 1 },
  'block-export-add': { 'id': 'e', 'type': 'nbd', 'node-name': 'disk-node', 'writable': true },
  'nbd-server-add': { device: 'drive0', writable: true },
  'object-del': { id: 'o' },
  ...Object.fromEntries([
    'block-job-dismiss', 'block-job-finalize', 'block-job-pause', 'block-job-resume', 'job-dismiss', 'job-finalize', 'job-pause', 'job-resume',
    'block_passwd', 'blockdev-add', 'blockdev-reopen', 'blockdev-snapshot', 'blockdev-snapshot-internal-sync', 'snapshot-save',
    'block-dirty-bitmap-add', 'block-dirty-bitmap-enable', 'block-dirty-bitmap-disable', 'block-dirty-bitmap-merge', 'block-latency-histogram-set',
    'nbd-server-start', 'stop', 'cont', 'change-backing-file', 'x-blockdev-change', 'device_add', 'object-add', 'cpu', 'input-send-event',
    'migrate-set-cache-size', 'ringbuf-write', 'rtc-reset-reinjection', 'trace-event-set-state', 'x-colo-lost-heartbeat',
    'xen-load-devices-state', 'x-qemu-io',
  ].map((name) => [name, {}])),
};

const disk = {
  ...image('disk.qcow2', 64 * MIB, { 'dirty-bitmaps': [{ name: 'b0', count: MIB }] }),
  image: { 'virtual-size': 64 * MIB, 'actual-size': MIB, 'snapshots': [{ id: '1', name: 's1' }], 'backing-image': { 'actual-size': MIB } },
};
const machine = {
  ...live,
  block: [{ ...live.block[0], inserted: disk }, ...live.block.slice(1), { device: 'floppy1', removable: true, locked: true, inserted: image('floppy.img', MIB) }],
  nodes: [disk, ...live.nodes.slice(1)],
};

it.each(Object.entries(destructive))('%s can lose something, and says what', async (command, args) => {
  expect(await effect(command, args, machine)).toEqual({
    impact: 'destructive', text: expect.stringMatching(/^\w/), subject: expect.stringMatching(/./), why: expect.stringMatching(/./),
  });
});

it.each(Object.entries(change))('%s changes what can be made good', async (command, args) => {
  const { impact, text } = await effect(command, args, machine);
  expect([impact, text]).toEqual(['change', commandEffects.has(command) ? expect.stringMatching(/^(?!would be refused)./) : '']);
});

it('every command that does more than ask is in one of the tables', () => {
  const known = [...operating, ...commandEffects.names, ...commands.names.filter((name) => commandLevel(name) !== 'observe')];
  expect(known.filter((name) => !Object.hasOwn(destructive, name) && !Object.hasOwn(change, name))).toEqual([]);
});
