import { describe, expect, it } from 'vitest';
import { IoError } from '../../src/block/io-error.ts';
import { Drive } from '../../src/machine/drive.ts';
import { deviceModel } from '../../src/machine/device-models.ts';
import { GuestDevice } from '../../src/machine/guest-device.ts';
import { SyntheticGuest } from '../../src/machine/synthetic-guest.ts';
import { makeFolder, makeImage, openEngine } from '../engine/open-engine.ts';

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  return { promise: new Promise<void>((done) => (resolve = done)), resolve: () => resolve() };
}

describe('the synthetic guest', () => {
  it('reads and writes at the rates that the machine file says', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`, { size: 8 << 20 });
    const { run } = await openEngine({ machine: {
      drives: [{ file: `${folder}/a.raw`, format: 'raw' }],
      guest: [{ device: 'ide0-hd0', reads: { iops: 200, size: 4096 }, writes: { iops: 100, size: '8k' } }],
    } });
    const start = performance.now();
    const read = async () => (await run('query-blockstats'))[0].stats as Record<string, number>;
    await expect.poll(async () => (await read()).wr_operations, { timeout: 10_000 }).toBeGreaterThan(20);
    const stats = await read();
    const seconds = (performance.now() - start) / 1000;
    expect(stats.rd_bytes).toBe(stats.rd_operations! * 4096);
    expect(stats.wr_bytes).toBe(stats.wr_operations! * 8192);
    expect(stats.rd_operations).toBeLessThanOrEqual(200 * seconds + 20);
    expect(stats.rd_operations).toBeGreaterThan(stats.wr_operations! * 1.2);
  });

  it('rests while the tray is open and where it may not write', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/cd.iso`);
    const { run } = await openEngine({ machine: {
      drives: [{ media: 'cdrom', file: `${folder}/cd.iso`, format: 'raw' }],
      guest: [{ device: 'ide0-cd0', reads: { iops: 500, size: 2048 }, writes: { iops: 500, size: 2048 } }],
    } });
    await run('blockdev-open-tray', { device: 'ide0-cd0' });
    const [before] = await run('query-blockstats');
    await new Promise((resolve) => setTimeout(resolve, 250));
    const [after] = await run('query-blockstats');
    expect(after.stats.rd_operations).toBe(before.stats.rd_operations);
    expect(after.stats).toMatchObject({ wr_operations: 0, failed_wr_operations: 0 });
  });

  it('does about an error what the drive says, and tells of it', async () => {
    const device = new GuestDevice({ model: deviceModel('ide-hd')!, path: '/machine/unattached/device[18]' });
    const drive = new Drive({ name: 'd', owner: 'machine', device });
    Object.defineProperty(drive.backend, 'root', { value: { readOnly: false } });
    Object.defineProperty(drive.backend, 'length', { value: 65536 });
    drive.backend.write = () => Promise.reject(new IoError('ENOSPC', 'write'));
    const seen = await new Promise((resolve) => {
      const guest = new SyntheticGuest({ drive, writes: { iops: 100, size: 4096 }, onError: (error) => { guest.stop(); resolve(error); } });
      guest.start();
    });
    expect(seen).toMatchObject({ drive, operation: 'write', action: 'stop' });
    expect(drive.backend.ioStatus).toBe('nospace');
  });

  it('tries the request that stopped the machine again when it goes on, before any other', async () => {
    const device = new GuestDevice({ model: deviceModel('ide-hd')!, path: '/machine/unattached/device[18]' });
    const drive = new Drive({ name: 'd', owner: 'machine', device });
    Object.defineProperty(drive.backend, 'root', { value: { readOnly: false } });
    Object.defineProperty(drive.backend, 'length', { value: 1 << 30 });
    drive.backend.onReadError = 'stop';
    const offsets: number[] = [];
    let fails = true;
    drive.backend.read = (offset) => {
      offsets.push(offset);
      return fails ? Promise.reject(new IoError('EIO', 'read')) : Promise.resolve();
    };
    const stopped = withResolvers();
    const guest = new SyntheticGuest({ drive, reads: { iops: 100, size: 4096 }, onError: () => { guest.stop(); stopped.resolve(); } });
    guest.start();
    await stopped.promise;
    expect([offsets.length, drive.backend.ioStatus]).toEqual([1, 'failed']);
    fails = false;
    guest.start();
    await expect.poll(() => offsets.length).toBeGreaterThan(2);
    await guest.close();
    expect(offsets[1]).toBe(offsets[0]);
    expect(offsets[2]).not.toBe(offsets[0]);
  });
});
