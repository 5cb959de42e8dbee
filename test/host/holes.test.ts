import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileRunAt, findFileRun, punchHole, reserveRange, zeroRange } from '../../src/host/holes.ts';
import { native, nativeFailure } from '../../src/host/native.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const linux = process.platform === 'linux';

describe.runIf(linux)('holes of files', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  let fd: number;

  beforeEach(() => {
    fd = openSync(path, 'w+');
    ftruncateSync(fd, 4 << 20);
    writeSync(fd, Buffer.alloc(64 << 10, 1), 0, 64 << 10, 1 << 20);
  });
  afterEach(() => closeSync(fd));

  it('are there: koffi is loaded', () => {
    expect(nativeFailure()).toBeUndefined();
    expect(native()).toBeDefined();
  });

  it('are told apart from data, up to the end that was asked for', () => {
    expect(fileRunAt(fd, 0, 4 << 20)).toEqual({ kind: 'hole', end: 1 << 20 });
    expect(fileRunAt(fd, 1 << 20, 4 << 20)).toEqual({ kind: 'data', end: (1 << 20) + (64 << 10) });
    expect(fileRunAt(fd, 2 << 20, 3 << 20)).toEqual({ kind: 'hole', end: 3 << 20 });
    expect(fileRunAt(fd, 1 << 20, (1 << 20) + 10)).toEqual({ kind: 'data', end: (1 << 20) + 10 });
  });

  it('are found off the main thread as well, and the same', async () => {
    for (const [offset, end] of [[0, 4 << 20], [1 << 20, 4 << 20], [2 << 20, 3 << 20], [1 << 20, (1 << 20) + 10]] as const) {
      expect(await findFileRun(fd, offset, end)).toEqual(fileRunAt(fd, offset, end));
    }
    expect(await findFileRun(-1, 0, 10)).toEqual({ kind: 'data', end: 10 });
  });

  it('are punched: the space is given back and the bytes read as zero', async () => {
    const before = statSync(path).blocks;
    expect(await punchHole(fd, 1 << 20, 32 << 10)).toBe(true);
    expect(statSync(path).blocks).toBeLessThan(before);
    expect(readFileSync(path).subarray(1 << 20, (1 << 20) + (64 << 10))).toEqual(Buffer.concat([Buffer.alloc(32 << 10), Buffer.alloc(32 << 10, 1)]));
    expect(statSync(path).size).toBe(4 << 20);
  });

  it('are not made by zeroing, which makes the file longer where it must', async () => {
    expect(await zeroRange(fd, 1 << 20, 4 << 20)).toBe(true);
    expect(statSync(path).size).toBe(5 << 20);
    expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
    expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(4 << 20);
  });

  it('are filled with space by reserving', async () => {
    expect(await reserveRange(fd, 0, 1 << 20)).toBe(true);
    expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(1 << 20);
  });

  it('fail with the errno\'s name', async () => {
    await expect(punchHole(9999, 0, 1)).rejects.toMatchObject({ code: 'EBADF' });
  });
});

describe('holes of files where koffi cannot be loaded', () => {
  afterAll(() => {
    vi.doUnmock('node:module');
    vi.resetModules();
  });

  it('are unknown: all is data, nothing can be punched, and nothing crashes', async () => {
    vi.resetModules();
    vi.doMock('node:module', () => ({ createRequire: () => () => { throw new Error('no such module'); } }));
    const without = await import('../../src/host/native.ts');
    const holes = await import('../../src/host/holes.ts');
    const copy = await import('../../src/host/copy-range.ts');
    expect(without.nativeFailure()).toBe(linux ? 'koffi cannot be loaded: no such module' : `no system calls on ${process.platform}`);
    expect(holes.fileRunAt(0, 10, 20)).toEqual({ kind: 'data', end: 20 });
    expect([await holes.punchHole(0, 0, 1), await holes.zeroRange(0, 0, 1), copy.isCopyRangeAvailable()]).toEqual([false, false, false]);
    await expect(copy.copyRange(0, 0, 1, 0, 1)).rejects.toMatchObject({ code: 'ENOSYS' });
  });
});
