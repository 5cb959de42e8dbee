import { beforeAll, describe, expect, it } from 'vitest';
import type { DriveDescription, MachineDescription } from '../../src/machine/description.ts';
import { makeFolder, makeImage, openEngine } from '../engine/open-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
beforeAll(() => Promise.all(['a', 'b', 'c', 'd'].map((name) => makeImage(`${folder}/${name}.raw`))));

const disk = (name: string, more: Partial<DriveDescription> = {}): DriveDescription => ({ file: `${folder}/${name}.raw`, format: 'raw', ...more });

async function rowsOf(machine: MachineDescription) {
  const { run } = await openEngine({ machine });
  return await run('query-block') as Record<string, unknown>[];
}

const namesAndPaths = async (machine: MachineDescription) => (await rowsOf(machine)).map(({ device, qdev }) => [device, qdev]);

describe('a machine built from a description', () => {
  it('names drives and numbers devices as QEMU does', async () => {
    expect(await namesAndPaths({
      drives: [disk('a'), disk('b'), { media: 'cdrom' }, { if: 'floppy' }, { if: 'floppy' }, { if: 'sd' }, disk('c', { if: 'virtio' }), disk('d', { if: 'scsi' })],
      devices: [{ driver: 'virtio-scsi-pci' }, { driver: 'scsi-cd' }],
    })).toEqual([
      ['ide0-hd0', '/machine/unattached/device[20]'], ['ide0-hd1', '/machine/unattached/device[21]'],
      ['ide1-cd0', '/machine/unattached/device[22]'], ['floppy0', '/machine/unattached/device[13]'],
      ['floppy1', '/machine/unattached/device[14]'], ['sd0', '/machine/unattached/device[23]'],
      ['virtio0', '/machine/peripheral-anon/device[2]/virtio-backend'], ['scsi0-hd0', '/machine/unattached/device[24]'],
      ['', '/machine/peripheral-anon/device[1]'],
    ]);
  });

  it('knows its secrets, for those that are encrypted with them', async () => {
    const secret = (id: string, more: object) => ({ 'qom-type': 'secret', id, ...more });
    const key = secret('key', { data: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=', format: 'base64' });
    const { run } = await openEngine({ machine: { objects: [key] } });
    const iv = Buffer.alloc(16).toString('base64');
    expect(await run('object-add', secret('later', { data: '', keyid: 'key' }))).toBe('GenericError: IV is required to decrypt secret');
    expect(await run('object-add', secret('later', { data: '', keyid: 'key', iv }))).toEqual({});
  });

  it('puts devices in front of drives and of nodes', async () => {
    const rows = await rowsOf({
      drives: [disk('a', { id: 'data', if: 'none' })],
      blockdevs: [{ driver: 'raw', 'node-name': 'n0', file: { driver: 'file', filename: `${folder}/b.raw` } }],
      devices: [{ driver: 'virtio-blk-pci', id: 'vd0', drive: 'data' }, { driver: 'scsi-hd', id: 'sd0', drive: 'n0' }],
    });
    expect(rows).toMatchObject([
      { device: 'data', qdev: '/machine/peripheral/vd0/virtio-backend', removable: false, inserted: { drv: 'raw' } },
      { device: '', qdev: 'sd0', removable: false, inserted: { 'node-name': 'n0' } },
    ]);
  });

  it('shows cache mode, detect-zeroes, read-only and throttling of a drive', async () => {
    const [row] = await rowsOf({ drives: [disk('a', {
      cache: 'unsafe', discard: 'unmap', 'detect-zeroes': 'unmap', readonly: true, 'node-name': 'n',
      'throttling.bps-total': 1000000, 'throttling.bps-total-max': 8000000, 'throttling.iops-size': 4096, 'throttling.iops-read': 90,
    })] });
    expect(row).toMatchObject({ inserted: {
      'node-name': 'n', ro: true, detect_zeroes: 'unmap', cache: { writeback: true, direct: false, 'no-flush': true },
      bps: 1000000, bps_rd: 0, iops: 0, bps_max: 8000000, bps_max_length: 1, iops_size: 4096, group: 'ide0-hd0',
    } });
    expect(row!.inserted).not.toHaveProperty('iops_max');
  });

  it('hands options of the driver and of the file on', async () => {
    const rows = await rowsOf({ drives: [
      disk('a', { aio: 'threads', size: 4096 }), { driver: 'raw', 'file.driver': 'file', 'file.filename': `${folder}/b.raw`, offset: 512 },
    ] });
    expect(rows.map(({ inserted }) => (inserted as { image: object }).image)).toMatchObject([{ 'virtual-size': 4096 }, { 'virtual-size': (1 << 20) - 512 }]);
  });

  it('shows io-status only where errors stop the guest', async () => {
    const rows = await rowsOf({ drives: [disk('a'), disk('b', { werror: 'report' }), disk('c', { werror: 'report', rerror: 'stop' }), { if: 'floppy' }] });
    expect(rows.map((row) => row['io-status'])).toEqual(['ok', undefined, 'ok', undefined]);
  });

  it.each<[string, MachineDescription]>([
    ["Could not open '/no/such': No such file or directory", { drives: [{ file: '/no/such' }] }],
    ["unsupported bus type 'bogus'", { drives: [disk('a', { if: 'bogus' as 'ide' })] }],
    ["No secret with id 'key'", { objects: [{ 'qom-type': 'secret', id: 's', data: 'x', keyid: 'key' }] }],
    ["Either 'file' or 'data' must be provided", { objects: [{ 'qom-type': 'secret', id: 's' }] }],
    ["'bogus' invalid media", { drives: [disk('a', { media: 'bogus' as 'disk' })] }],
    ["Duplicate ID 'x' for drive", { drives: [disk('a', { id: 'x' }), disk('b', { id: 'x' })] }],
    ["Parameter 'id' expects an identifier", { drives: [disk('a', { id: '1x' })] }],
    ['drive with bus=0, unit=0 (index=0) exists', { drives: [disk('a', { index: 0 }), disk('b', { index: 0 })] }],
    ['machine type does not support if=ide,bus=4,unit=1', { drives: [disk('a', { index: 9 })] }],
    ['invalid cache option', { drives: [disk('a', { cache: 'bogus' as 'none' })] }],
    ["'bogus' invalid write error action", { drives: [disk('a', { werror: 'bogus' as 'stop' })] }],
    ["Unknown driver 'bogus'", { drives: [disk('a', { format: 'bogus' })] }],
    ['Image is not in qcow2 format', { drives: [disk('a', { format: 'qcow2' })] }],
    ['Device needs media, but drive is empty', { drives: [{ if: 'ide' }] }],
    ['Device needs media, but drive is empty', { drives: [{ if: 'none', id: 'x' }], devices: [{ driver: 'virtio-blk-pci', drive: 'x' }] }],
    ["Property 'ide-hd.drive' can't find value 'y'", { devices: [{ driver: 'ide-hd', drive: 'y' }] }],
    ["'bogus' is not a valid device model name", { devices: [{ driver: 'bogus' }] }],
    ['No drive specified', { devices: [{ driver: 'ide-hd' }] }],
    ['drive property not set', { devices: [{ driver: 'virtio-blk-pci' }] }],
    ["Duplicate ID 'a' for device", { devices: [{ driver: 'ide-cd', id: 'a' }, { driver: 'ide-cd', id: 'a' }] }],
    ["Drive 'x' is already in use by another device",
      { drives: [disk('a', { id: 'x', if: 'none' })], devices: [{ driver: 'ide-hd', drive: 'x' }, { driver: 'ide-hd', drive: 'x' }] }],
    ['bps/iops/max total values and read/write values cannot be used at the same time',
      { drives: [disk('a', { 'throttling.bps-total': 5, 'throttling.bps-read': 5 })] }],
    ["Device 'nope' not found", { guest: [{ device: 'nope' }] }],
    ["guest: size '100' is not a multiple of 512 bytes", { drives: [disk('a')], guest: [{ device: 'ide0-hd0', reads: { iops: 1, size: 100 } }] }],
    ["unknown key 'bogus' at drives[0].bogus", { drives: [{ bogus: 1 }] }],
  ])('is refused in QEMU\'s words: %s', async (message, machine) => {
    const { engine } = await openEngine({ machine });
    await expect(engine.open()).rejects.toThrow(message);
  });

  it('opens nothing for good when one image cannot be opened', async () => {
    const folderOfTest = await makeFolder();
    await makeImage(`${folderOfTest}/a.qcow2`, { format: 'qcow2' });
    const drive = { file: `${folderOfTest}/a.qcow2`, format: 'qcow2' };
    const { engine } = await openEngine({ machine: { drives: [drive, { file: '/no/such' }] } });
    await expect(engine.open()).rejects.toThrow('No such file');
    expect(await rowsOf({ drives: [drive] })).toHaveLength(1);
  });
});
