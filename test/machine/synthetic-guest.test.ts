import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { engine, run } = await openEngine({ machine: {
      drives: [{ if: 'ide', driver: 'null-co', 'read-zeroes': true }],
      guest: [{ device: 'ide0-hd0', reads: { iops: 200, size: 4096 }, writes: { iops: 100, size: '8k' } }],
    } });
    await engine.open();
    const stats = async () => (await run('query-blockstats'))[0].stats as Record<string, number>;
    for (let tenths = 1; tenths <= 10; tenths++) {
      vi.advanceTimersByTime(100);
      for (let turn = 0; turn < 10_000 && (await stats()).wr_operations! < 10 * tenths; turn++) await nextTurn();
      expect(await stats()).toMatchObject({
        rd_operations: 20 * tenths, rd_bytes: 20 * tenths * 4096, wr_operations: 10 * tenths, wr_bytes: 10 * tenths * 8192,
      });
    }
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
    drive.backend.transfer = () => Promise.reject(new IoError('ENOSPC', 'write'));
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
    drive.backend.transfer = (_, offset) => {
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

  it('has virtio-blk put neighbours of a batch together, and others not', async () => {
    for (const [driver, merged, requests] of [['virtio-blk-pci', 3, 3], ['ide-hd', 0, 6]] as const) {
      const { engine, run } = await openEngine({ machine: {
        drives: [{ id: 'd', if: 'none', driver: 'null-co', 'read-zeroes': true }], devices: [{ driver, drive: 'd' }], guest: [{ device: 'd' }],
      } });
      await engine.open();
      const { backend } = engine.machine.drives.all()[0]!;
      const transfer = backend.transfer.bind(backend);
      const seen: [number, number][] = [];
      backend.transfer = (operation, offset, buffer) => {
        seen.push([offset, buffer.length]);
        return transfer(operation, offset, buffer);
      };
      await engine.machine.guests[0]!.submit([8192, 0, 4096, 65536, 12288, 1 << 20].map((offset) => (
        { operation: 'read', offset, buffer: Buffer.alloc(4096, 1) })));
      expect(seen.length).toBe(requests);
      expect((await run('query-blockstats'))[0].stats).toMatchObject({ rd_operations: 6, rd_bytes: 6 * 4096, rd_merged: merged });
    }
  });

  it('gives every request of a merged one what it has read', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`);
    const { engine } = await openEngine({ machine: {
      drives: [{ id: 'd', if: 'virtio', file: `${folder}/a.raw`, format: 'raw' }], guest: [{ device: 'd' }],
    } });
    await engine.open();
    const [guest] = engine.machine.guests;
    const batch = (operation: 'read' | 'write', fill: (place: number) => number) =>
      [0, 1, 2].map((place) => ({ operation, offset: place * 512, buffer: Buffer.alloc(512, fill(place)) }));
    await guest!.submit(batch('write', (place) => place + 1));
    const reads = batch('read', () => 0);
    await guest!.submit(reads);
    expect(reads.map(({ buffer }) => [buffer[0], buffer[511]])).toEqual([[1, 1], [2, 2], [3, 3]]);
  });
});
