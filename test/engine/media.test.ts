import { chmod } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

/** A machine with a CD in its drive, a scsi-cd without a drive, a disk and an empty floppy drive. */
async function openDrives(guest: { device: string; locked: boolean }[] = []) {
  const folder = await makeFolder();
  for (const name of ['cd.iso', 'fedora.iso', 'disk.raw']) await makeImage(`${folder}/${name}`);
  await makeImage(`${folder}/ro.img`, { size: 1440 * 1024 });
  await chmod(`${folder}/ro.img`, 0o444);
  const machine = {
    drives: [
      { if: 'ide', index: 2, media: 'cdrom', file: `${folder}/cd.iso`, format: 'raw' },
      { id: 'disk', if: 'none', file: `${folder}/disk.raw`, format: 'raw' },
      { id: 'isa-fd0', if: 'floppy' },
    ],
    devices: [{ driver: 'scsi-cd', id: 'ide0-1-0' }, { driver: 'virtio-blk-pci', drive: 'disk' }],
    guest,
  } as const;
  return { folder, ...await openEngine({ machine }) };
}

const moved = (open: boolean, data: object = { device: 'ide1-cd0', id: '/machine/unattached/device[19]' }) =>
  ['DEVICE_TRAY_MOVED', { ...data, 'tray-open': open }];

describe('media and trays', () => {
  it('replays the example of x-blockdev-remove-medium', async () => {
    const { run, events } = await openDrives();
    expect(await run('x-blockdev-remove-medium', { device: 'ide1-cd0' })).toBe("GenericError: Tray of device 'ide1-cd0' is not open");
    expect(await run('blockdev-open-tray', { device: 'ide1-cd0' })).toEqual({});
    expect(events).toEqual([moved(true)]);
    expect(await run('x-blockdev-remove-medium', { device: 'ide1-cd0' })).toEqual({});
    expect((await run('query-block'))[0]).toEqual({
      device: 'ide1-cd0', qdev: '/machine/unattached/device[19]', type: 'unknown', removable: true, locked: false, tray_open: true, 'io-status': 'ok',
    });
  });

  it('replays the example of x-blockdev-insert-medium, with the options nested and by id', async () => {
    const { folder, run, events } = await openDrives();
    const node = { 'node-name': 'node0', driver: 'raw', file: { driver: 'file', filename: `${folder}/fedora.iso` } };
    expect(await run('blockdev-add', { options: node })).toEqual({});
    expect(await run('blockdev-open-tray', { id: 'ide0-1-0' })).toEqual({});
    expect(await run('x-blockdev-insert-medium', { id: 'ide0-1-0', 'node-name': 'node0' })).toEqual({});
    expect(await run('blockdev-close-tray', { id: 'ide0-1-0' })).toEqual({});
    expect(events).toEqual([true, false].map((open) => moved(open, { device: '', id: 'ide0-1-0' })));
    expect((await run('query-block')).at(-1)).toMatchObject({ device: '', qdev: 'ide0-1-0', inserted: { 'node-name': 'node0' } });
  });

  it.skipIf(process.getuid?.() === 0)('replays the example of blockdev-change-medium (not as root, who may write everywhere)', async () => {
    const { folder, run } = await openDrives();
    const change = { device: 'isa-fd0', filename: `${folder}/ro.img`, format: 'raw' };
    expect(await run('blockdev-change-medium', { ...change, 'read-only-mode': 'retain' }))
      .toBe(`GenericError: Could not open '${folder}/ro.img': Permission denied`);
    expect(await run('blockdev-change-medium', { ...change, 'read-only-mode': 'read-only' })).toEqual({});
  });

  it('keeps the read-only mode over a change of medium unless told otherwise', async () => {
    const { folder, run } = await openDrives();
    const isReadOnly = async () => (await run('query-block'))[2].inserted.ro as boolean;
    const change = { device: 'isa-fd0', filename: `${folder}/fedora.iso`, format: 'raw' };
    for (const [mode, expected] of [['read-only', true], ['retain', true], ['read-write', false], [undefined, false]] as const) {
      expect(await run('blockdev-change-medium', { ...change, 'read-only-mode': mode })).toEqual({});
      expect(await isReadOnly(), mode).toBe(expected);
    }
    await run('eject', { device: 'isa-fd0' });
    await run('blockdev-change-medium', { ...change, 'read-only-mode': 'read-only' });
    await run('eject', { device: 'isa-fd0' });
    await run('blockdev-change-medium', change);
    expect(await isReadOnly(), 'after an eject').toBe(true);
  });

  it('leaves the medium and the tray alone when the new image cannot be opened', async () => {
    const { run, events } = await openDrives();
    const before = await run('query-block');
    expect(await run('blockdev-change-medium', { device: 'ide1-cd0', filename: '/no/such.iso' }))
      .toBe("GenericError: Could not open '/no/such.iso': No such file or directory");
    expect(await run('query-block')).toEqual(before);
    expect(events).toEqual([]);
  });

  it('respects a tray that the guest has locked', async () => {
    const { folder, run, events } = await openDrives([{ device: 'ide1-cd0', locked: true }]);
    const refusal = "GenericError: Device 'ide1-cd0' is locked and force was not specified, wait for tray to open and try again";
    expect((await run('query-block'))[0].locked).toBe(true);
    expect(await run('eject', { device: 'ide1-cd0' })).toBe(refusal);
    expect(await run('blockdev-change-medium', { device: 'ide1-cd0', filename: `${folder}/fedora.iso` })).toBe(refusal);
    expect(await run('blockdev-open-tray', { device: 'ide1-cd0' })).toEqual({});
    expect(await run('query-named-block-nodes')).toHaveLength(4);
    expect(events).toEqual([]);
    expect(await run('eject', { device: 'ide1-cd0', force: true })).toEqual({});
    expect(events).toEqual([moved(true)]);
  });

  it('unlocks trays when the guest is reset', async () => {
    const { run } = await openDrives([{ device: 'ide1-cd0', locked: true }]);
    await run('system_reset');
    expect(await run('eject', { device: 'ide1-cd0' })).toEqual({});
  });

  it('names the guest device by id or path, and refuses both or none', async () => {
    const { run } = await openDrives();
    expect(await run('eject', { id: '/machine/unattached/device[19]' })).toEqual({});
    expect(await run('eject', { id: '/machine/unattached/device[99]' })).toBe("DeviceNotFound: Device '/machine/unattached/device[99]' not found");
    expect(await run('eject')).toBe("GenericError: Need exactly one of 'device' and 'id'");
    expect(await run('eject', { device: 'a', id: 'b' })).toBe("GenericError: Need exactly one of 'device' and 'id'");
  });

  it('does not let a medium go that a job reads', async () => {
    const { folder, run } = await openDrives();
    await run('drive-backup', { device: 'ide1-cd0', target: `${folder}/copy`, sync: 'full', speed: 1 });
    expect(await run('eject', { device: 'ide1-cd0' }))
      .toBe("GenericError: Node 'ide1-cd0' is busy: block device is in use by block job: backup");
    expect((await run('query-block'))[0].inserted.file).toBe(`${folder}/cd.iso`);
  });
});
