import { chmodSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockGraph } from '../../../src/block/graph.ts';
import { isCopyRangeAvailable } from '../../../src/host/copy-range.ts';
import { driverConformance } from '../../support/driver-conformance.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

driverConformance('file', { supports: { discardReadsZero: true } });

describe('host files', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  let graph: BlockGraph;

  beforeEach(() => {
    graph = new BlockGraph();
  });
  afterEach(() => graph.closeAll());

  const open = (name: string, more = {}) => graph.open({ driver: 'file', filename: at(name), discard: 'unmap', ...more });

  it('grow with writes beyond their end and read as zero there', async () => {
    writeFileSync(at('grow'), 'abc');
    const { io, image } = await open('grow');
    expect([image.length, io.length]).toEqual([3, 512]);
    const into = Buffer.alloc(600, 1);
    await io.read(0, into);
    expect(into.equals(Buffer.concat([Buffer.from('abc')], 600))).toBe(true);
    await io.write(10_000, Buffer.from('x'));
    expect(statSync(at('grow')).size).toBe(10_001);
    await io.writeZeroes(20_000, 5000, { mayUnmap: true });
    expect(statSync(at('grow')).size).toBe(25_000);
  });

  it('lose nothing when zeroes and writes beyond the end go on at once', async () => {
    writeFileSync(at('race'), '');
    const { io } = await open('race');
    const work = Array.from({ length: 40 }, (_, index) => index % 2 === 0
      ? io.writeZeroes(index * 65_536, 65_536, { mayUnmap: true }) : io.write(index * 65_536, Buffer.alloc(65_536, index)));
    await Promise.all(work.reverse());
    for (let index = 0; index < 40; index++) {
      const into = Buffer.alloc(65_536, 255);
      await io.read(index * 65_536, into);
      expect(into.equals(Buffer.alloc(65_536, index % 2 === 0 ? 0 : index))).toBe(true);
    }
  });

  it.runIf(isCopyRangeAvailable())('tell holes from data and give discarded space back', async () => {
    writeFileSync(at('sparse'), '');
    truncateSync(at('sparse'), 4 << 20);
    const { io, image } = await open('sparse');
    await io.write(1 << 20, Buffer.alloc(1 << 20, 1));
    expect(await io.map(0, 4 << 20)).toEqual({ offset: 0, length: 1 << 20, kind: 'zero', hostOffset: 0 });
    expect(await io.map(1 << 20, 3 << 20)).toEqual({ offset: 1 << 20, length: 1 << 20, kind: 'data', hostOffset: 1 << 20 });
    expect(await image.allocatedBytes?.()).toBe(1 << 20);
    await io.discard(1 << 20, 512 << 10);
    await io.writeZeroes((1 << 20) + (512 << 10), 512 << 10, { mayUnmap: true });
    expect(await image.allocatedBytes?.()).toBe(0);
  });

  it('refuse a named pipe without waiting for its other end', async () => {
    spawnSync('mkfifo', [at('pipe')], { timeout: 10_000 });
    for (const readOnly of [true, false]) {
      await expect(open('pipe', { 'read-only': readOnly })).rejects.toThrow(`'file' driver requires '${at('pipe')}' to be a regular file`);
    }
  });

  it('give EIO or what the host says for a failed request, with the place', async () => {
    writeFileSync(at('closed'), Buffer.alloc(4096));
    const node = await open('closed', { 'read-only': true });
    await expect(node.image.write(0, Buffer.alloc(1))).rejects.toMatchObject({ name: 'IoError', code: 'EBADF', operation: 'write', offset: 0 });
  });

  it.skipIf(process.getuid?.() === 0)('are opened for reading where writing is not allowed, if auto-read-only says so', async () => {
    writeFileSync(at('locked'), 'x');
    chmodSync(at('locked'), 0o444);
    await expect(open('locked')).rejects.toThrow(`Could not open '${at('locked')}': Permission denied`);
    expect((await open('locked', { 'auto-read-only': true })).readOnly).toBe(true);
  });

  it('are devices when the name is a device\'s', async () => {
    const node = await graph.openFile('/dev/null', { format: 'raw', readOnly: true });
    expect(node.file?.driver.name).toBe('host_device');
    expect(node.io.length).toBe(0);
  });

  it('flushes a device that has nothing to flush', async () => {
    const node = await graph.open({ driver: 'host_device', filename: '/dev/null' });
    await node.io.flush();
    await graph.release(node);
  });
});
