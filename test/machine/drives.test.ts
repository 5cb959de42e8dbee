import { describe, expect, it } from 'vitest';
import { deviceModel } from '../../src/machine/device-models.ts';
import { Drive } from '../../src/machine/drive.ts';
import { Drives } from '../../src/machine/drives.ts';
import { GuestDevice } from '../../src/machine/guest-device.ts';

const drive = (name: string, device?: GuestDevice) => new Drive({ name, owner: 'machine', device });
const guest = (driver: string, id?: string) =>
  new GuestDevice({ model: deviceModel(driver)!, id, path: `/machine/peripheral/${id ?? 'anon'}` });

describe('the drives of a machine', () => {
  it('keep their order, and go', () => {
    const [a, b, c] = [drive('a'), drive(''), drive('c')];
    const drives = new Drives([a, b]);
    drives.add(c);
    expect(drives.all()).toEqual([a, b, c]);
    drives.delete(b);
    expect([...drives]).toEqual([a, c]);
  });

  it('are found by name, those without one not at all', () => {
    const [a, nameless] = [drive('a'), drive('')];
    const drives = new Drives([a, nameless]);
    expect(drives.named('a')).toBe(a);
    expect(drives.named('')).toBeUndefined();
    drives.delete(nameless);
    drives.delete(a);
    expect(drives.named('a')).toBeUndefined();
  });

  it('are found by id and path of the device in front, as long as it is there', () => {
    const [a, device] = [drive('a'), guest('scsi-hd', 's0')];
    const drives = new Drives([a]);
    expect(drives.behind('s0')).toBeUndefined();
    drives.attach(a, device);
    expect(drives.behind('s0')).toBe(a);
    expect(drives.behind('/machine/peripheral/s0')).toBe(a);
    drives.detach(a);
    expect(drives.behind('s0')).toBeUndefined();
    expect(a.device).toBeUndefined();
  });

  it('hang on the inner part of a virtio device, whose id is not theirs', () => {
    const a = drive('a', guest('virtio-blk-pci', 'v0'));
    const drives = new Drives([a]);
    expect(drives.behind('/machine/peripheral/v0/virtio-backend')).toBe(a);
    expect(drives.behind('v0')).toBeUndefined();
  });
});
