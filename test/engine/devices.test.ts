import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';
import type { TestEngine } from './open-engine.ts';

const deleted = ({ events }: TestEngine) => events.filter(([name]) => name === 'DEVICE_DELETED').map(([, data]) => data);

async function openWithDisk(): Promise<TestEngine & { folder: string }> {
  const folder = await makeFolder();
  await makeImage(join(folder, 'a.raw'));
  const test = await openEngine({
    machine: { drives: [{ id: 'd0', if: 'none', file: join(folder, 'a.raw'), format: 'raw' }], devices: [{ driver: 'virtio-scsi-pci', id: 'scsi' }] },
  });
  await test.run('blockdev-add', { 'driver': 'null-co', 'node-name': 'n0' });
  return { ...test, folder };
}

describe('a plugged device', () => {
  it('is let go by a guest that runs, a moment after it was asked', async () => {
    const test = await openWithDisk();
    expect(await test.run('device_add', { driver: 'virtio-blk-pci', id: 'v0', drive: 'n0' })).toEqual({});
    const asked = test.run('device_del', { id: 'v0' }).then(() => deleted(test).length);
    expect(await test.run('query-block')).toHaveLength(2); // sent before the guest has a turn
    expect(await asked).toBe(0);
    await expect.poll(() => deleted(test)).toEqual([
      { path: '/machine/peripheral/v0/virtio-backend' }, { device: 'v0', path: '/machine/peripheral/v0' },
    ]);
    expect(await test.run('query-block')).toHaveLength(1);
    expect(await test.run('blockdev-del', { 'node-name': 'n0' })).toEqual({});
  });

  it('stays while the guest stands still, until it goes on or the machine is reset', async () => {
    const test = await openWithDisk();
    await test.run('device_add', { driver: 'virtio-blk-pci', id: 'v0', drive: 'n0' });
    await test.run('device_add', { driver: 'virtio-blk-pci', id: 'v1', drive: 'd0' });
    await test.run('stop');
    await test.run('device_del', { id: 'v0' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(deleted(test)).toEqual([]);
    expect(await test.run('device_del', { id: 'v0' })).toBe('GenericError: Device v0 is already in the process of unplug');
    await test.run('cont');
    await expect.poll(() => deleted(test)).toHaveLength(2);
    await test.run('stop');
    await test.run('device_del', { id: 'v1' });
    await test.run('system_reset');
    await expect.poll(() => deleted(test)).toHaveLength(4);
    expect(await test.run('query-block')).toEqual([]);
  });

  it('takes the jobs on its drive with it', async () => {
    const test = await openWithDisk();
    await test.run('device_add', { driver: 'scsi-hd', id: 'h0', drive: 'd0' });
    await test.run('drive-backup', { 'device': 'd0', 'sync': 'full', 'target': join(test.folder, 'b.raw'), 'format': 'raw', 'speed': 512, 'job-id': 'j' });
    await test.run('device_del', { id: 'h0' });
    await expect.poll(() => test.events.map(([name]) => name)).toContain('BLOCK_JOB_CANCELLED');
    expect(deleted(test)).toEqual([{ device: 'h0', path: '/machine/peripheral/h0' }]);
    await expect.poll(async () => (await test.run('query-named-block-nodes')).length).toBe(1);
  });

  it('lets its properties and its drive be named in the lines of the human monitor', async () => {
    const { run } = await openWithDisk();
    const human = (line: string) => run('human-monitor-command', { 'command-line': line });
    expect(await human('device_add')).toBe("Error: Parameter 'driver' is missing\r\n");
    expect(await human('device_add bogus')).toBe("Error: 'bogus' is not a valid device model name\r\n");
    expect(await human('device_add virtio-blk-pci,bogus=1')).toBe("Error: Property 'virtio-blk-pci.bogus' not found\r\n");
    expect(await human('device_add virtio-blk-pci,drive=nope')).toBe("Error: Property 'virtio-blk-device.drive' can't find value 'nope'\r\n");
    expect(await human('device_add scsi-hd,drive=d0,id=h0,share-rw=on')).toBe('');
    expect(await human('device_add scsi-cd,id=h0')).toBe("Error: Duplicate device ID 'h0'\r\n");
    expect(await human('info block d0')).toContain('Attached to:      h0');
    expect(await human('device_del nope')).toBe("Error: Device 'nope' not found\r\n");
    expect(await human('device_del h0')).toBe('');
    expect(await human('device_del scsi')).toBe('');
    expect(await human('device_del scsi')).toBe('Error: Device scsi is already in the process of unplug\r\n');
  });
});
