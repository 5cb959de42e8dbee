import { describe, expect, it } from 'vitest';
import { commandEffects } from '../../../src/shell/effects/command-effects.ts';
import { effect, image, live, MIB } from './small-machine.ts';

describe('the effect of a request', () => {
  it('of a resize is what it does to the size of now', async () => {
    expect(await effect('block_resize', { device: 'drive0', size: 80 * MIB }))
      .toEqual({ text: 'grows by 16 MiB, from 64 MiB to 80 MiB', impact: 'change', subject: 'drive0' });
    expect(await effect('block_resize', { 'node-name': 'disk-node', size: 16 * MIB })).toEqual({
      text: 'SHRINKS by 48 MiB, from 64 MiB to 16 MiB', impact: 'destructive', subject: 'disk-node', why: 'the last 48 MiB are lost',
    });
    expect(await effect('block_resize', { device: 'nosuch', size: 1 })).toMatchObject({ impact: 'change', text: expect.stringContaining('refused') });
  });

  it('of an eject depends on the lock and on force', async () => {
    expect(await effect('eject', { device: 'ide1-cd0' })).toMatchObject({ text: 'ejects disc.iso from ide1-cd0', impact: 'change' });
    expect(await effect('eject', { id: 'cd1' })).toMatchObject({ text: expect.stringContaining('would be refused: the guest has locked cd1'), impact: 'change' });
    expect(await effect('eject', { id: 'cd1', force: true })).toMatchObject({ impact: 'destructive', subject: 'cd1' });
    expect(await effect('eject', { device: 'drive0' })).toMatchObject({ text: 'would be refused: drive0 is not removable' });
  });

  it('of taking away what is attached is a loss, of what is not a change', async () => {
    expect(await effect('device_del', { id: 'vd0' })).toMatchObject({ impact: 'destructive', subject: 'vd0', text: expect.stringContaining('drive0, disk.qcow2') });
    expect(await effect('blockdev-del', { 'node-name': 'disk-node' })).toMatchObject({ impact: 'destructive', subject: 'disk-node' });
    expect(await effect('blockdev-del', { 'node-name': 'spare-node' })).toMatchObject({ impact: 'change' });
  });

  it('of a cancel tells a ready mirror from a running job', async () => {
    expect(await effect('block-job-cancel', { device: 'mir0' })).toMatchObject({ impact: 'destructive', text: expect.stringContaining('target stays behind') });
    expect(await effect('job-cancel', { id: 'mir0' })).toMatchObject({ impact: 'destructive', text: expect.stringContaining('target is no copy') });
    expect(await effect('block-job-cancel', { device: 'bk0' })).toMatchObject({ impact: 'change', text: 'gives up the backup bk0 at 25 %; 16 MiB were done' });
  });

  it('of stopping the NBD server is a loss while it exports something', async () => {
    expect(await effect('nbd-server-stop')).toMatchObject({ impact: 'destructive', text: 'stops the NBD server and ends the exports exp0' });
    expect(await effect('nbd-server-stop', {}, { ...live, exports: [] })).toMatchObject({ impact: 'change' });
    expect(await effect('block-export-del', { id: 'exp0', mode: 'hard' })).toMatchObject({ impact: 'destructive', subject: 'exp0' });
  });

  it('of completing a mirror names what it goes on with', async () => {
    const graph = {
      nodes: [{ id: 1, type: 'block-job', name: 'mir0' }, { id: 2, type: 'block-driver', name: 'spare-node' }],
      edges: [{ parent: 1, child: 2, name: 'target', perm: [] }],
    };
    expect(await effect('block-job-complete', { device: 'mir0' }, { ...live, graph })).toMatchObject({ text: 'pivots to spare.qcow2', impact: 'change' });
    expect(await effect('blockdev-del', { 'node-name': 'spare-node' }, { ...live, graph })).toMatchObject({ text: 'would be refused: mir0 stands on spare-node' });
    expect(await effect('job-complete', { id: 'bk0' })).toMatchObject({ text: 'would be refused: job bk0 is running, and only a ready one can be completed' });
  });

  it('of a copy tells how much there is to copy, and what it would overwrite', async () => {
    expect(await effect('blockdev-mirror', { device: 'drive0', target: 'spare-node', sync: 'full' }))
      .toMatchObject({ text: 'mirrors drive0 to spare-node (spare.qcow2): up to 16 MiB of 64 MiB allocated; their sizes differ: 64 MiB to 8 MiB' });
    expect(await effect('drive-backup', { device: 'drive0', target: 'spare.qcow2', sync: 'none' }))
      .toMatchObject({ impact: 'destructive', why: 'OVERWRITES the file, which spare-node has open' });
  });

  it('of a file that is written to depends on who has it open, by whatever path', async () => {
    const copy = (args: object) => effect('drive-mirror', { device: 'drive0', sync: 'full', ...args });
    expect(await copy({ target: 'new.qcow2' })).toMatchObject({ impact: 'change', text: 'mirrors drive0 to new.qcow2: up to 16 MiB of 64 MiB allocated' });
    expect(await copy({ target: 'new.qcow2', mode: 'existing' })).toMatchObject({ impact: 'change', text: expect.stringMatching(/, over what the file holds$/) });
    expect(await copy({ target: 'file:spare.qcow2', mode: 'existing' })).toMatchObject({ impact: 'destructive', subject: 'file:spare.qcow2' });
    expect(await effect('blockdev-backup', { device: 'drive0', target: 'disc-node', sync: 'full' }))
      .toMatchObject({ impact: 'destructive', why: 'OVERWRITES what ide1-cd0 uses; refused where it is not shared' });
    const snapshot = (args: object) => effect('blockdev-snapshot-sync', { device: 'drive0', ...args });
    expect(await snapshot({ 'snapshot-file': 'new.qcow2', mode: 'existing' })).toMatchObject({ impact: 'change', text: expect.stringContaining('with what it holds') });
    expect(await snapshot({ 'snapshot-file': 'spare.qcow2', mode: 'existing' })).toMatchObject({ why: 'WRITES TO the file, which spare-node has open' });
    const create = (options: object) => effect('blockdev-create', { 'job-id': 'j', options });
    expect(await create({ driver: 'file', filename: 'new.raw', size: MIB }))
      .toEqual({ impact: 'change', subject: 'new.raw', text: 'creates a file image of 1 MiB in new.raw, over what the file holds if it is there' });
    expect(await create({ driver: 'qcow2', file: { driver: 'file', filename: './spare.qcow2' }, size: MIB })).toMatchObject({ impact: 'change' });
    expect(await create({ driver: 'file', filename: 'spare.qcow2', size: MIB })).toMatchObject({ impact: 'destructive', subject: 'spare.qcow2' });
  });

  it('of a throttle is set against the limits of now', async () => {
    expect(await effect('block_set_io_throttle', { device: 'drive0', bps: 10 * MIB, iops_rd: 100 }))
      .toMatchObject({ text: 'throttles drive0 to 10 MiB/s, 100 reads/s (now: none)' });
  });

  it('of taking marks or snapshots away is a loss where there are any', async () => {
    const marked = image('disk.qcow2', MIB, { 'dirty-bitmaps': [{ name: 'b0', count: MIB }, { name: 'b1', count: 0 }] });
    const state = { ...live, block: [], nodes: [{ ...marked, image: { snapshots: [{ id: '1', name: 's1' }] } }] };
    expect(await effect('block-dirty-bitmap-clear', { node: 'disk-node', name: 'b0' }, state)).toMatchObject({ impact: 'destructive', subject: 'b0' });
    expect(await effect('block-dirty-bitmap-remove', { node: 'disk-node', name: 'b1' }, state)).toMatchObject({ impact: 'change' });
    expect(await effect('blockdev-snapshot-delete-internal-sync', { device: 'disk-node', name: 's1' }, state)).toMatchObject({ impact: 'destructive', subject: 's1' });
  });

  it('of a transaction is that of all its actions, the worst counting', async () => {
    const actions = [{ type: 'block-dirty-bitmap-add', data: {} }, { type: 'blockdev-snapshot-delete-internal-sync', data: { device: 'nosuch', name: 'x' } }];
    expect(await effect('transaction', { actions })).toMatchObject({ impact: 'change' });
    expect(await effect('transaction', { actions: [...actions, { type: 'snapshot-delete', data: { tag: 't' } }] })).toMatchObject({ impact: 'destructive', subject: 't' });
  });

  it('of a line for the far end\'s own monitor is that of what it stands for', async () => {
    const line = (text: string) => effect('human-monitor-command', { 'command-line': text });
    expect(await line('info block')).toMatchObject({ impact: 'none' });
    expect(await line('block_resize drive0 1')).toMatchObject({ impact: 'destructive', subject: 'drive0' });
    expect(await line('drive_del drive0')).toMatchObject({ impact: 'destructive', subject: 'drive0' });
    expect(await line('delvm tag')).toMatchObject({ impact: 'destructive', subject: 'tag' });
    for (const end of ['quit', 'q', 'system_reset', 'system_powerdown']) expect(await line(end), end).toMatchObject({ impact: 'destructive' });
    const saved = { inserted: { image: { snapshots: [{ name: 'tag' }] } } };
    expect(await effect('human-monitor-command', { 'command-line': 'savevm "tag"' }, { ...live, block: [saved] })).toMatchObject({ subject: 'tag', impact: 'destructive' });
    expect(await line('savevm tag')).toMatchObject({ impact: 'change' });
    expect(await line('commit drive0')).toMatchObject({ impact: 'change' });
    expect(await line('something else')).toMatchObject({ impact: 'change' });
  });

  it('of the end of the machine is a loss', async () => {
    expect(await effect('quit')).toMatchObject({ impact: 'destructive', text: 'ends the virtual machine (running) and 3 jobs at once' });
  });

  it('of a question is none, and of a command that nobody describes a change', async () => {
    expect(await effect('query-block')).toEqual({ text: '', impact: 'none' });
    expect(await effect('x-unheard-of')).toEqual({ text: '', impact: 'change' });
  });
});

describe('every described command', () => {
  it('is called by the name of its file, never throws, and names what a loss is about', async () => {
    const odd: Record<string, unknown>[] = [
      {}, { device: 7, id: null, size: 'x', 'node-name': [] }, { device: 'drive0', id: 'vd0', 'node-name': 'disk-node', name: '', size: -1, force: 1 },
      { device: 'ide1-cd0', id: 'mir0', size: 2n ** 63n, force: true, mode: 'hard', actions: [null, { type: 7 }], 'command-line': 5 },
    ];
    for (const entry of await commandEffects.loadAll()) {
      expect(commandEffects.has(entry.name), entry.name).toBe(true);
      for (const state of [live, { atMs: 0, block: [], stats: [], jobs: [], nodes: [] }, { ...live, block: [{}], nodes: [{}], jobs: [{}], exports: [{}] }]) {
        for (const args of odd) {
          const { impact, subject, why } = await entry.describe(args, state);
          if (impact === 'destructive') expect([typeof subject, Boolean(why)], entry.name).toEqual(['string', true]);
        }
      }
    }
  });
});
