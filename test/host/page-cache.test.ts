import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../src/host/native.ts';
import { besideOthers, PageCache } from '../../src/host/page-cache.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MEMORY = '/dev/shm';
const BYTES = Buffer.from(Array.from({ length: 8192 }, (_, index) => index % 251));

describe('the page cache of any file', () => {
  const folder = temporaryFolder();

  it('answers with the file\'s bytes or not at all, and never beyond its end', () => {
    const path = join(folder, 'a');
    writeFileSync(path, BYTES);
    const fd = openSync(path, 'r');
    const cache = new PageCache(fd);
    for (const [offset, inFile] of [[0, 4096], [1000, 4096], [8000, 192], [8192, 0], [1 << 30, 0]] as const) {
      const into = Buffer.alloc(4096);
      const count = cache.read(offset, into);
      expect(count).toBeLessThanOrEqual(inFile);
      expect(into.subarray(0, count).equals(BYTES.subarray(offset, offset + count))).toBe(true);
    }
    closeSync(fd);
  });

  it('writes all that it says it has written, and nothing else', () => {
    const path = join(folder, 'b');
    writeFileSync(path, BYTES);
    const fd = openSync(path, 'r+');
    const count = new PageCache(fd).write(100, Buffer.alloc(512, 0xff));
    const expected = Buffer.from(BYTES).fill(0xff, 100, 100 + count);
    expect(readFileSync(path).equals(expected)).toBe(true);
    closeSync(fd);
  });

  it('leaves errors to the pool', () => {
    const path = join(folder, 'c');
    writeFileSync(path, BYTES);
    const fd = openSync(path, constants.O_WRONLY);
    expect(new PageCache(fd).read(0, Buffer.alloc(512))).toBe(0);
    closeSync(fd);
    expect(new PageCache(fd).read(0, Buffer.alloc(512))).toBe(0);
  });
});

describe.runIf(existsSync(MEMORY) && native()?.preadv2 !== undefined)('the page cache of a file in memory', () => {
  let [folder, path, fd] = ['', '', -1];

  beforeEach(() => {
    folder = mkdtempSync(join(MEMORY, 'qmon-test-'));
    path = join(folder, 'file');
    writeFileSync(path, BYTES);
    fd = openSync(path, 'r+');
  });
  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('answers at once, once it has found out that it may', async () => {
    await turn();
    const cache = new PageCache(fd);
    const into = Buffer.alloc(512);
    cache.read(512, into);
    expect(cache.read(512, into)).toBe(512);
    expect(into.equals(BYTES.subarray(512, 1024))).toBe(true);
    cache.write(8192, into);
    expect(cache.write(8192, into)).toBe(512);
    expect(statSync(path).size).toBe(8704);
  });

  it('leaves large requests to the pool', async () => {
    await turn();
    const cache = new PageCache(fd);
    cache.write(0, BYTES);
    expect(cache.write(0, Buffer.alloc((1 << 20) + 1))).toBe(0);
  });

  it('lets the event loop go round between many requests', async () => {
    await turn();
    const cache = new PageCache(fd);
    cache.read(0, Buffer.alloc(512));
    const counts = Array.from({ length: 1000 }, () => cache.read(0, Buffer.alloc(512)));
    expect(counts[0]).toBe(512);
    expect(counts.at(-1)).toBe(0);
    await turn();
    expect(cache.read(0, Buffer.alloc(512))).toBe(512);
  });
});

describe('a request beside others', () => {
  const large = 1 << 20;
  const told = (length: number) => besideOthers(length, async (isAlone) => isAlone);

  it('is alone when nothing large is under way, one after another too', async () => {
    expect(await told(large)).toBe(true);
    expect(await told(large)).toBe(true);
  });

  it('is not alone among those of the same moment, nor while one is under way', async () => {
    expect(await Promise.all([told(large), told(large)])).toEqual([false, false]);
    let end = () => {};
    const first = besideOthers(large, () => new Promise<void>((resolve) => (end = resolve)));
    await turn();
    expect(await told(large)).toBe(false);
    end();
    await first;
    expect(await told(large)).toBe(true);
  });

  it('counts no small ones, and none that failed', async () => {
    expect(await Promise.all([told(4096), told(4096), told(large)])).toEqual([true, true, true]);
    await expect(besideOthers(large, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await told(large)).toBe(true);
  });
});
